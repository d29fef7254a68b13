import { ModemkeeperError, messageOf } from "../../core/errors.ts";
import { noted, withAccess } from "../at/access.ts";
import { AtSession } from "../at/session.ts";
import { type AtTalk, terminalPath } from "../at/talk.ts";
import type { StepOf } from "../model/step.ts";
import type { Actor } from "./actor.ts";
import { waitFor } from "./wait.ts";

/** It has failed several checks by now; a modem that is alive answers `AT` within a second. */
const ANSWERS_WITHIN = 2_000;
/** ModemManager grants 9 s (SIMCom) to 15 s (Quectel). */
const COMMAND_LIMIT = 15_000;
/** A modem that hears the command leaves the bus within some 3 s. */
const LEAVES_WITHIN = 8_000;
/** Longer than any probe holds the lock. */
const LOCK_WAIT = 20_000;

type ResetStep = StepOf<"at-reset">;
type Tried = { readonly done: string } | { readonly failed: string; readonly sent: boolean };

/**
 * Sends the model's reset command on the first of its terminals that answers; where none does, on all of them, since some
 * hanging modems still hear. Returns one sentence. That the modem really restarts is for the next observations to see:
 * many leave before their OK comes.
 * @throws ModemkeeperError command-failed if the modem refuses, or hears nothing
 */
export async function atReset(actor: Actor, step: ResetStep): Promise<string> {
  const failures: string[] = [];
  const before = await terminals(actor, step);
  let sent = false;
  for (const tty of step.ttys) {
    const tried = await resetOn(actor, step, tty).catch((error: unknown): Tried => {
      return { failed: `${tty}: ${messageOf(error)}`, sent: false };
    });
    if ("done" in tried) return tried.done;
    failures.push(tried.failed);
    sent ||= tried.sent;
    if (actor.signal.aborted) break;
  }
  if (sent && (await left(actor, step, before)))
    return `${step.command} was sent without an answer, and ${step.modem} left`;
  const what = failures.length === 0 ? "it has no terminal" : failures.join("; ");
  throw new ModemkeeperError("command-failed", `${step.modem} was not reset by ${step.command}: ${what}`);
}

async function resetOn(actor: Actor, { modem, command }: ResetStep, tty: string): Promise<Tried> {
  const { host, signal } = actor;
  const lockFile = actor.inventory().accessLock.file;
  const port = terminalPath(tty);
  return withAccess({ host, lockFile, modem, port, purpose: "reset", waitMs: LOCK_WAIT, signal }, async (access) => {
    const shared = actor.session(tty);
    if (shared) return send(noted(shared, access), command, tty);
    const line = await host.serial.open(port);
    const own = new AtSession(host, line);
    try {
      const tried = await send(noted(own, access), command, tty);
      if ("done" in tried || !tried.failed.endsWith(SILENT)) return tried;
      await line.write(Buffer.from(`${command}\r`, "latin1"));
      access.note(command, "sent blindly");
      return { ...tried, sent: true };
    } finally {
      await own.close();
    }
  });
}

const SILENT = "is silent";

async function send(talk: AtTalk, command: string, tty: string): Promise<Tried> {
  if (!(await talk.answers(ANSWERS_WITHIN))) return { failed: `${tty} ${SILENT}`, sent: false };
  try {
    const answer = await talk.command(command, COMMAND_LIMIT);
    if (answer.outcome === "error") return { failed: `${tty} answers ${answer.result}`, sent: false };
  } catch {
    // The line went while the modem was told to restart: what was wanted.
    return { done: `${command} was sent on ${tty}, and the modem left` };
  }
  return { done: `${command} was sent on ${tty}` };
}

/** Names of the device nodes as they are now: a modem that returns has others. */
async function terminals({ host }: Actor, { ttys }: ResetStep): Promise<string> {
  const stats = await host.stats.of(ttys.map(terminalPath));
  return JSON.stringify(stats.map((stat) => stat?.inode ?? 0));
}

async function left(actor: Actor, step: ResetStep, before: string): Promise<boolean> {
  const gone = async () => ((await terminals(actor, step)) === before ? undefined : true);
  return (await waitFor(actor.host, LEAVES_WITHIN, actor.signal, gone)) === true;
}
