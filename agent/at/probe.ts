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
  const found = request.full ? await interview(talk, request.firmwareCommand ?? "AT+CGMR") : {};
  return { answered: true, ...found, detail: `${request.modem} answers on ${request.tty}` };
}

const SILENT = silence([]);

type Found = Omit<ProbeResult, "answered">;

/** Each question by itself: what one answer lacks the others still tell. */
async function interview(talk: AtTalk, firmwareCommand: string): Promise<Found> {
  let lost = false;
  const ask = async (command: string, timeout: number): Promise<AtAnswer> => {
    if (lost) return SILENT;
    // The line may go in the middle: then the rest stays unknown, and the next probe says so.
    const answer = await talk.command(command, timeout).catch(() => SILENT);
    if (answer.outcome === "silent") lost = !(await talk.answers(QUICK).catch(() => false));
    return answer;
  };
  const lines = async (command: string, timeout: number) => {
    const answer = await ask(command, timeout);
    return answer.outcome === "ok" ? answer.lines : [];
  };
  // Errors by number, or a missing SIM is a bare ERROR; smsd asks for the same on its port (pre_init).
  await ask("AT+CMEE=1", QUICK);
  const pin = await ask("AT+CPIN?", SLOW);
  const found = {
    imei: parseImei(await lines("AT+CGSN", QUICK)),
    firmware: parseRevision(await lines(firmwareCommand, QUICK)),
    sim: pin.outcome === "error" ? simError(pin.result) : parseSimState(pin.lines),
    imsi: parseImsi(await lines("AT+CIMI", SLOW)),
    registration: registration(await lines("AT+CREG?", SLOW), await lines("AT+CEREG?", SLOW)),
    signal: parseSignal(await lines("AT+CSQ", QUICK)),
    operator: parseOperator(await lines("AT+COPS?", SLOW)),
    storage: parseStorage(await lines("AT+CPMS?", SLOW)),
  };
  return withoutGaps(found);
}

/** Registered on either side counts: on LTE without voice many operators refuse +CREG and grant +CEREG. */
function registration(circuit: readonly string[], packet: readonly string[]): number | undefined {
  const creg = parseRegistration(circuit, "+CREG");
  const cereg = parseRegistration(packet, "+CEREG");
  if (isRegistered(creg)) return creg;
  return isRegistered(cereg) ? cereg : (creg ?? cereg);
}

function withoutGaps<T extends object>(found: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(found).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { readonly [K in keyof T]?: Exclude<T[K], undefined> };
}
