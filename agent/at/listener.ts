import type { AgentHost } from "../../core/agent-ports.ts";
import { ModemkeeperError } from "../../core/errors.ts";
import type { Listening } from "../decide/types.ts";
import { type AccessHost, noted, withAccess } from "./access.ts";
import { announcesMessage } from "./protocol.ts";
import { AtSession } from "./session.ts";
import { type AtTalk, terminalPath } from "./talk.ts";

export type ListenerHost = AccessHost & Pick<AgentHost, "serial">;

export interface ListenerRequest extends Listening {
  readonly lockFile: string;
  /** Gives up when aborted, even in the middle of a command. */
  readonly signal: AbortSignal;
}

const ANSWER_LIMIT = 5_000;
const COMMAND_LIMIT = 3_000;
const LOCK_WAIT = 10_000;

/** A second AT port held open, on which a modem announces its messages. Holding it is no access; what is said on it is. */
export class Listener {
  readonly #session: AtSession;
  readonly #ended: Promise<string>;

  private constructor(session: AtSession, onMessage: () => void) {
    this.#session = session;
    this.#ended = new Promise((resolve) => session.onClose(resolve));
    session.onAnnouncement((line) => {
      if (announcesMessage(line)) onMessage();
    });
  }

  /**
   * Opens the port and sends the announcements there.
   * @throws ModemkeeperError io if it cannot be opened, lock-held, command-failed if the modem does not answer, interrupted
   */
  static async open(host: ListenerHost, request: ListenerRequest, onMessage: () => void): Promise<Listener> {
    const port = terminalPath(request.tty);
    const access = { ...request, host, port, purpose: "listen", waitMs: LOCK_WAIT };
    return await withAccess(access, async (access) => {
      const session = new AtSession(host, await host.serial.open(port));
      const giveUp = () => void session.close();
      request.signal.addEventListener("abort", giveUp);
      try {
        request.signal.throwIfAborted();
        await prepare(noted(session, access), request);
        return new Listener(session, onMessage);
      } catch (error) {
        await session.close();
        throw error;
      } finally {
        request.signal.removeEventListener("abort", giveUp);
      }
    });
  }

  /** To ask on this port: its bytes come here, and a second reader would take some of them. */
  get talk(): AtTalk {
    return this.#session;
  }

  /** Settles with the reason when the line has gone. */
  get ended(): Promise<string> {
    return this.#ended;
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

async function prepare(talk: AtTalk, { modem, tty, setup }: Listening): Promise<void> {
  if (!(await talk.answers(ANSWER_LIMIT))) {
    throw new ModemkeeperError("command-failed", `${modem} does not answer on ${tty}`);
  }
  for (const command of setup) {
    // Some modems keep the setting for good: their memory is not written to without need.
    if (await isSet(talk, command)) continue;
    // A model may not know a command of its family: then the announcements go where they always did.
    await talk.command(command, COMMAND_LIMIT);
  }
}

/** Whether a modem already is as a command would make it: `AT+CATR=2` if it answers `+CATR: 2` to `AT+CATR?`. */
async function isSet(talk: AtTalk, command: string): Promise<boolean> {
  const question = questionFor(command);
  if (!question) return false;
  const { lines } = await talk.command(question.ask, COMMAND_LIMIT);
  return lines.some((line) => line.replaceAll(" ", "").toUpperCase() === question.expect.toUpperCase());
}

/** How to ask for what a command sets; vendors' commands with a key take the key alone: `AT+QURCCFG="urcport"`. */
function questionFor(command: string): { readonly ask: string; readonly expect: string } | undefined {
  const [, name, value = ""] = /^AT([+^*#!][A-Z0-9]+)=(.+)$/i.exec(command) ?? [];
  if (name === undefined) return undefined;
  const key = /^"[^"]*"(?=,)/.exec(value)?.[0];
  const ask = key === undefined ? `AT${name}?` : `AT${name}=${key}`;
  return { ask, expect: `${name}:${value.replaceAll(" ", "")}` };
}
