import { type ChildProcessByStdio, spawn } from "node:child_process";
import { accessSync, constants as modes } from "node:fs";
import { constants, homedir } from "node:os";
import type { Readable, Writable } from "node:stream";
import type { Handlers, ProgramCall } from "../core/delivery-ports.ts";
import { hasErrno, ModemkeeperError, messageOf } from "../core/errors.ts";
import { onAbort } from "./aborting.ts";
import { watchLimits } from "./command.ts";
import { pathResolver } from "./rooted-path.ts";
import { UserDatabase } from "./user-database.ts";
import { within } from "./within.ts";

/** Octets of standard error that are kept. */
const KEPT = 1_024;
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** What is left in the pipe of standard error when the program has ended is read for so long, milliseconds: a child of it may keep the pipe. */
const LAST_WORDS = 100;
/** Between two looks whether the children of a program that was ended are gone, milliseconds. */
const LOOK = 50;
/** setpriv(1) could not start the program (126, 127), or could not become the other user (127). */
const SETPRIV_FAILED: readonly number[] = [126, 127];

interface Account {
  readonly home: string;
  /** What to put before the command; empty for our own account. */
  readonly become: readonly string[];
}

/** Programs that handle messages, without a shell, each in a process group of its own. */
export class RealHandlers implements Handlers {
  readonly #users: UserDatabase;

  constructor(users: UserDatabase = new UserDatabase(pathResolver("/"))) {
    this.#users = users;
  }

  async run(call: ProgramCall, signal: AbortSignal) {
    const [program = ""] = call.argv;
    if (signal.aborted) throw interrupted(program);
    const { home, become } = await this.#account(call.user);
    assertRunnable(program);
    const env = { PATH, LANG: "C.UTF-8", HOME: home, ...call.environment };
    const ended = await runGroup([...become, ...call.argv], { env, call, signal });
    if (become.length > 0 && SETPRIV_FAILED.includes(ended.code) && ended.said.startsWith("setpriv: ")) {
      throw new ModemkeeperError(
        "precondition-missing",
        `cannot run ${program} as ${call.user}: ${firstLine(ended.said)}`,
      );
    }
    return ended;
  }

  /**
   * By setpriv, which gives the program the user's supplementary groups, too. Node's own `uid` and `gid` take all of them
   * away (libuv's uv__process_child_init calls setgroups(0, NULL)).
   */
  async #account(name: string | undefined): Promise<Account> {
    if (name === undefined) return { home: homedir(), become: [] };
    const user = (await this.#users.users()).find((entry) => entry.name === name);
    if (user === undefined) throw new ModemkeeperError("precondition-missing", `there is no user "${name}"`);
    const ids = ["--reuid", String(user.uid), "--regid", String(user.gid), "--init-groups"];
    const become = user.uid === process.geteuid?.() ? [] : ["setpriv", ...ids, "--inh-caps=-all", "--"];
    return { home: user.home, become };
  }
}

interface Group {
  readonly env: Readonly<Record<string, string>>;
  readonly call: ProgramCall;
  readonly signal: AbortSignal;
}

/** Runs a command until it ends; one that is late or called off is ended with all its children. */
async function runGroup([command = "", ...args]: readonly string[], { env, call, signal }: Group) {
  const child = spawn(command, args, { cwd: "/", env, detached: true, stdio: ["pipe", "ignore", "pipe"] });
  const abandoned = new AbortController();
  const limit = watchLimits(
    () => child.pid,
    { timeout: call.timeout, signal },
    () => abandoned.abort(),
  );
  const said = firstWords(child);
  try {
    feed(child, call.input);
    const code = await endOf(child, abandoned.signal);
    if (limit.reason !== undefined) await groupGone(child.pid, abandoned.signal);
    if (limit.reason === "aborted") throw interrupted(call.argv[0]);
    return { code, late: limit.reason === "timeout", said: await said() };
  } finally {
    limit.clear();
    child.stdin.destroy();
    child.stderr.destroy();
    child.unref();
  }
}

/** A program need not read what it gets. */
function feed({ stdin }: ChildProcessByStdio<Writable, null, Readable>, input: string): void {
  stdin.on("error", () => {});
  stdin.end(input);
}

/** Its exit code; 128 and the signal that ended it. A child of it may live on, and hold the pipes: that is not waited for. */
function endOf(child: ChildProcessByStdio<Writable, null, Readable>, abandoned: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", (cause) => {
      reject(
        new ModemkeeperError("precondition-missing", `cannot run ${child.spawnfile}: ${messageOf(cause)}`, { cause }),
      );
    });
    child.once("exit", (code, signal) => resolve(code ?? signalled(signal ?? "SIGKILL")));
    onAbort(abandoned, () => resolve(signalled("SIGKILL")));
  });
}

function signalled(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** Reads standard error to its end, keeps its beginning; the returned function waits for it, but not long. */
function firstWords({ stderr }: ChildProcessByStdio<Writable, null, Readable>): () => Promise<string> {
  const chunks: Buffer[] = [];
  let octets = 0;
  const closed = new Promise<true>((resolve) => stderr.once("close", () => resolve(true)));
  stderr.on("data", (chunk: Buffer) => {
    if (octets < KEPT) chunks.push(chunk);
    octets += chunk.length;
  });
  return async () => {
    await within(LAST_WORDS, closed);
    return Buffer.concat(chunks).subarray(0, KEPT).toString("utf8");
  };
}

/** Until no process of the group is left: TERM has been sent to all of them, KILL follows. */
async function groupGone(pid: number | undefined, abandoned: AbortSignal): Promise<void> {
  while (pid !== undefined && isThere(pid) && !abandoned.aborted) {
    await new Promise((resolve) => setTimeout(resolve, LOOK));
  }
}

function isThere(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * setpriv would say it by an exit code that is the program's own as well. Does not wait: it is asked for each message, and
 * what was just run is in the cache.
 */
function assertRunnable(program: string): void {
  try {
    accessSync(program, modes.X_OK);
  } catch (cause) {
    const what = hasErrno(cause, "ENOENT") ? "there is no such file" : "it is not executable, or not for us";
    throw new ModemkeeperError("precondition-missing", `cannot run ${program}: ${what}`, { cause });
  }
}

function interrupted(program = ""): ModemkeeperError {
  return new ModemkeeperError("interrupted", `interrupted while running ${program}`);
}

function firstLine(text: string): string {
  return text.split("\n", 1).join("");
}
