import type { AgentHost } from "../../core/agent-ports.ts";
import { messageOf } from "../../core/errors.ts";
import type { ProbeResult } from "../model/step.ts";
import { type AccessHost, noted, withAccess } from "./access.ts";
import {
  isRegistered,
  parseImei,
  parseImsi,
  parseOperator,
  parseRegistration,
  parseRevision,
  parseSignal,
  parseSimState,
  parseStorage,
  parseTemperature,
  simError,
} from "./answers.ts";
import { withSession } from "./session.ts";
import { type AtAnswer, type AtTalk, silence, terminalPath } from "./talk.ts";

export interface ProbeRequest {
  readonly lockFile: string;
  readonly modem: string;
  /** Terminal name (`ttyUSB3`) or path. */
  readonly tty: string;
  /** Asks identity, SIM, registration, signal, operator and storage beside `AT`. */
  readonly full: boolean;
  /** The model's command for its firmware revision; `AT+CGMR` if not given. */
  readonly firmwareCommand?: string;
  /** The model's command for its temperature; it is not asked for without. */
  readonly temperatureCommand?: string;
  /** A listener's session that holds this terminal already: two readers of one terminal steal each other's bytes. */
  readonly session?: AtTalk;
  /** Milliseconds to wait for the access lock; 20 s if not given. */
  readonly waitMs?: number;
}

export type ProbeHost = AccessHost & Pick<AgentHost, "serial">;

/** Milliseconds until a modem that says nothing to `AT` counts as silent. */
const ANSWER_LIMIT = 5_000;
/** Answers that the module gives by itself. */
const QUICK = 3_000;
/** The SIM and the network have a say in these: 5 s is what smsd grants them, too. */
const SLOW = 5_000;
const LOCK_WAIT = 20_000;
/** An error's text comes from the modem. */
const MAX_RESULT = 64;

/**
 * Asks a modem how it is. A modem that says nothing, or whose terminal does not open, is a result and not an error;
 * so are answers that make no sense.
 * @throws ModemkeeperError lock-held if somebody else talks to it all the time
 */
export async function probe(
  host: ProbeHost,
  request: ProbeRequest,
): Promise<ProbeResult & { readonly detail: string }> {
  const { lockFile, modem, tty, session, waitMs = LOCK_WAIT } = request;
  const port = terminalPath(tty);
  return await withAccess({ host, lockFile, modem, port, purpose: "probe", waitMs }, async (access) => {
    try {
      if (session) return await examine(noted(session, access), request);
      return await withSession(host, port, (own) => examine(noted(own, access), request));
    } catch (error) {
      return { answered: false, detail: `${modem} cannot be asked on ${tty}: ${messageOf(error)}` };
    }
  });
}

async function examine(talk: AtTalk, request: ProbeRequest): Promise<ProbeResult & { readonly detail: string }> {
  if (!(await talk.answers(ANSWER_LIMIT))) {
    return { answered: false, detail: `${request.modem} does not answer AT on ${request.tty}` };
  }
  const found = request.full ? await interview(talk, request) : {};
  return { answered: true, ...found, detail: `${request.modem} answers on ${request.tty}` };
}

const SILENT = silence([]);

type Found = Omit<ProbeResult, "answered">;

/** One thing to know, and what to make of the answer to it. */
interface Question<T> {
  readonly field: keyof Found;
  readonly command: string;
  readonly timeout: number;
  readonly read: (lines: readonly string[]) => T | undefined;
  /** Where an error tells something, too. */
  readonly readError?: (result: string) => T | undefined;
}

/** Each question by itself: what one answer lacks the others still tell. */
async function interview(talk: AtTalk, { firmwareCommand, temperatureCommand }: ProbeRequest): Promise<Found> {
  const asked = new Interview(talk);
  // Errors by number, or a missing SIM is a bare ERROR; smsd asks for the same on its port (pre_init).
  await asked.say("AT+CMEE=1", QUICK);
  const found = {
    sim: await asked.about({
      field: "sim",
      command: "AT+CPIN?",
      timeout: SLOW,
      read: parseSimState,
      readError: simError,
    }),
    imei: await asked.about({ field: "imei", command: "AT+CGSN", timeout: QUICK, read: parseImei }),
    firmware: await asked.about({
      field: "firmware",
      command: firmwareCommand ?? "AT+CGMR",
      timeout: QUICK,
      read: parseRevision,
    }),
    imsi: await asked.about({ field: "imsi", command: "AT+CIMI", timeout: SLOW, read: parseImsi }),
    registration: await registration(asked),
    signal: await asked.about({ field: "signal", command: "AT+CSQ", timeout: QUICK, read: parseSignal }),
    operator: await asked.about({ field: "operator", command: "AT+COPS?", timeout: SLOW, read: parseOperator }),
    storage: await asked.about({ field: "storage", command: "AT+CPMS?", timeout: SLOW, read: parseStorage }),
    temperature:
      temperatureCommand === undefined
        ? undefined
        : await asked.about({
            field: "temperature",
            command: temperatureCommand,
            timeout: QUICK,
            read: parseTemperature,
          }),
  };
  const gaps = asked.gaps.size === 0 ? undefined : Object.fromEntries(asked.gaps);
  return withoutGaps({ ...found, gaps });
}

/** Asks one question after the other, and keeps why some have no answer. */
class Interview {
  readonly gaps = new Map<keyof Found, string>();
  readonly #talk: AtTalk;
  #lost = false;

  constructor(talk: AtTalk) {
    this.#talk = talk;
  }

  async say(command: string, timeout: number): Promise<AtAnswer> {
    if (this.#lost) return SILENT;
    // The line may go in the middle: then the rest stays unknown, and the next probe says so.
    const answer = await this.#talk.command(command, timeout).catch(() => SILENT);
    if (answer.outcome === "silent") this.#lost = !(await this.#talk.answers(QUICK).catch(() => false));
    return answer;
  }

  async about<T>({ field, command, timeout, read, readError }: Question<T>): Promise<T | undefined> {
    const answer = await this.say(command, timeout);
    const value = answer.outcome === "ok" ? read(answer.lines) : undefined;
    const told = value ?? (answer.outcome === "error" ? readError?.(answer.result) : undefined);
    if (told === undefined) this.gaps.set(field, gapOf(command, answer));
    else this.gaps.delete(field);
    return told;
  }
}

/** Why an answer tells nothing, completing "unknown: ". */
function gapOf(command: string, { outcome, result }: AtAnswer): string {
  if (outcome === "silent") return `the modem does not answer ${command}`;
  if (outcome === "ok") return `the answer to ${command} says nothing of it`;
  const detail = result === "ERROR" ? "" : ` (${result.slice(0, MAX_RESULT)})`;
  return `the modem refuses ${command}${detail}`;
}

/** Registered on either side counts: on LTE without voice many operators refuse +CREG and grant +CEREG. */
async function registration(asked: Interview): Promise<number | undefined> {
  const question = { field: "registration", timeout: SLOW } as const;
  const creg = await asked.about({
    ...question,
    command: "AT+CREG?",
    read: (lines) => parseRegistration(lines, "+CREG"),
  });
  const circuitGap = asked.gaps.get("registration");
  const cereg = await asked.about({
    ...question,
    command: "AT+CEREG?",
    read: (lines) => parseRegistration(lines, "+CEREG"),
  });
  if (creg !== undefined) asked.gaps.delete("registration");
  else if (cereg === undefined && circuitGap !== undefined) asked.gaps.set("registration", circuitGap);
  if (isRegistered(creg)) return creg;
  return isRegistered(cereg) ? cereg : (creg ?? cereg);
}

function withoutGaps<T extends object>(found: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(found).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { readonly [K in keyof T]?: Exclude<T[K], undefined> };
}
