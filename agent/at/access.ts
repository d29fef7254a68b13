import type { AgentHost, Holder } from "../../core/agent-ports.ts";
import { ModemkeeperError, messageOf } from "../../core/errors.ts";
import type { Lock } from "../../core/ports.ts";
import { ACCESS_LOG } from "../paths.ts";
import { maskCommand, maskDigits } from "./mask.ts";
import type { AtAnswer, AtTalk } from "./talk.ts";

/** What an access needs of the machine. */
export type AccessHost = Pick<AgentHost, "locks" | "proc" | "logs" | "clock" | "monotonic">;

export interface AccessRequest {
  readonly host: AccessHost;
  /** The inventory's `access_lock.file`: a flock that every program which talks to a modem takes. */
  readonly lockFile: string;
  /** Name of the modem; empty for `modemkeeper lock`, which does not know it. */
  readonly modem: string;
  /** Terminal or whatever else is used, for the log. */
  readonly port: string;
  /** `probe`, `listen`, `at`, `lock`, …. */
  readonly purpose: string;
  /** Name of the program on whose behalf; `modemkeeper` if not given. */
  readonly process?: string;
  /** Milliseconds to wait for the lock. */
  readonly waitMs: number;
  /** Gives up waiting when aborted. */
  readonly signal?: AbortSignal;
}

export type AccessOutcome = "ok" | "silent" | "failed" | "held";

/** One line of the access log. */
export interface AccessEntry {
  /** ISO 8601, of the end. */
  readonly time: string;
  readonly pid: number;
  readonly process: string;
  readonly purpose: string;
  readonly modem: string;
  readonly port: string;
  /** Commands and how each was answered, PINs and numbers hidden. */
  readonly commands: readonly string[];
  readonly waitMs: number;
  readonly holdMs: number;
  readonly outcome: AccessOutcome;
  /** Why it failed, or who held the lock. */
  readonly detail?: string;
}

/** Takes notes of what is said during one access. */
export interface Access {
  note(command: string, outcome: string): void;
}

/** No access of ours has more; a script's would only fill the log. */
const MAX_COMMANDS = 32;
/** While waiting, a Ctrl-C is seen within this many milliseconds. */
const SLICE = 1_000;

/**
 * Carries out `work` while holding the access lock, and writes one line to the access log, whatever becomes of it.
 * The lock is the kernel's: it is free the moment this process dies.
 * @throws ModemkeeperError lock-held, naming the holder, if the lock was not free within `waitMs`; interrupted
 */
export async function withAccess<T>(request: AccessRequest, work: (access: Access) => Promise<T>): Promise<T> {
  const { host } = request;
  const began = host.monotonic.now();
  const lock = await waitForLock(request);
  const got = host.monotonic.now();
  const waitMs = Math.round(got - began);
  if (!lock) throw await refused(request, waitMs);
  const commands: string[] = [];
  let outcome: AccessOutcome = "ok";
  let detail: string | undefined;
  const note = (command: string, how: string) => {
    if (how === "silent") outcome = "silent";
    if (commands.length < MAX_COMMANDS) commands.push(`${maskCommand(command)} → ${maskDigits(how)}`);
  };
  try {
    return await work({ note });
  } catch (error) {
    outcome = "failed";
    detail = maskDigits(messageOf(error));
    throw error;
  } finally {
    await lock.release();
    const holdMs = Math.round(host.monotonic.now() - got);
    await record(request, { commands, waitMs, holdMs, outcome, ...(detail === undefined ? {} : { detail }) });
  }
}

/** The same conversation, each command noted in the access log. */
export function noted(talk: AtTalk, access: Access): AtTalk {
  return {
    command: async (text, timeout) => {
      const answer = await talk.command(text, timeout);
      access.note(text, shownResult(answer));
      return answer;
    },
    answers: async (timeout) => {
      const answered = await talk.answers(timeout);
      access.note("AT", answered ? "OK" : "silent");
      return answered;
    },
  };
}

function shownResult(answer: AtAnswer): string {
  return answer.outcome === "silent" ? "silent" : answer.result;
}

async function waitForLock({ host, lockFile, waitMs, signal }: AccessRequest): Promise<Lock | undefined> {
  const end = host.monotonic.now() + waitMs;
  for (;;) {
    const left = Math.max(0, end - host.monotonic.now());
    const lock = await host.locks.lock(lockFile, signal ? Math.min(SLICE, left) : left);
    if (lock) return lock;
    if (signal?.aborted) {
      throw new ModemkeeperError("interrupted", `interrupted while waiting for the access lock ${lockFile}`);
    }
    if (host.monotonic.now() >= end) return undefined;
  }
}

async function refused(request: AccessRequest, waitMs: number): Promise<ModemkeeperError> {
  const holder = await request.host.proc.lockHolder(request.lockFile);
  const who = holder ? describeHolder(holder) : "another program";
  await record(request, { commands: [], waitMs, holdMs: 0, outcome: "held", detail: who });
  return new ModemkeeperError("lock-held", `${who} holds the access lock ${request.lockFile}`, {
    why: `only one program at a time may talk to a modem; it did not end within ${(waitMs / 1000).toFixed(1)} s`,
    fix: `wait for it to end; to see who it is: fuser -v ${request.lockFile}`,
  });
}

/** `smsd-check (pid 4711, user root, since 2026-01-17 10:20:31 UTC)`. */
export function describeHolder(holder: Holder): string {
  const since = new Date(holder.since).toISOString().slice(0, 19).replace("T", " ");
  // A process may call itself anything.
  const name = holder.process.replace(/[^\x20-\x7e]/g, "?");
  return `${name} (pid ${holder.pid}, user ${holder.user}, since ${since} UTC)`;
}

type Result = Pick<AccessEntry, "commands" | "waitMs" | "holdMs" | "outcome" | "detail">;

async function record(request: AccessRequest, result: Result): Promise<void> {
  const entry: AccessEntry = {
    time: request.host.clock.now().toISOString(),
    pid: process.pid,
    process: request.process ?? "modemkeeper",
    purpose: request.purpose,
    modem: request.modem,
    port: request.port,
    ...result,
  };
  // A log that cannot be written (a full disk) must not keep anyone from the modem.
  await request.host.logs.append(ACCESS_LOG, JSON.stringify(entry)).catch(() => {});
}
