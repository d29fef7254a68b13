import { randomUUID } from "node:crypto";
import type { AgentHost } from "../../core/agent-ports.ts";
import { messageOf } from "../../core/errors.ts";
import type { Job, JobKind } from "./job.ts";
import { tooMany } from "./problem.ts";

/** Kept in memory, the youngest. */
const MOST_KEPT = 100;
const MOST_LINES = 100;
const LONGEST_LINE = 500;
/** Each is a process of its own, as big as the agent. */
const MOST_AT_ONCE = 4;

export interface Order {
  readonly kind: JobKind;
  /** The modem or message it is about. */
  readonly subject?: string;
  /** Arguments of `modemkeeper`. */
  readonly args: readonly string[];
  /** `socket`, or an address. */
  readonly by: string;
}

export interface JobsMeans {
  readonly host: Pick<AgentHost, "programs" | "clock">;
  /** A job began, said something or ended. */
  changed(job: Job): void;
}

/** What was asked for through the API and takes its time: each runs the command that a person would, in a process of its own. */
export class Jobs {
  readonly #means: JobsMeans;
  /** By id, the eldest first. */
  readonly #jobs = new Map<string, Job>();
  readonly #running = new Map<string, { readonly id: string; readonly ended: Promise<void> }>();
  readonly #stopping = new AbortController();

  constructor(means: JobsMeans) {
    this.#means = means;
  }

  /** The youngest first. */
  all(): readonly Job[] {
    return [...this.#jobs.values()].reverse();
  }

  get(id: string): Job | undefined {
    return this.#jobs.get(id);
  }

  /**
   * Begins it; where one about the same subject runs, returns that one as `running`.
   * @throws Problem too-many
   */
  start(order: Order): { readonly begun: Job } | { readonly running: Job } {
    const key = lockKey(order);
    const running = this.#jobs.get(this.#running.get(key)?.id ?? "");
    if (running) return { running };
    if (this.#running.size >= MOST_AT_ONCE) throw tooMany(`${MOST_AT_ONCE} jobs run already.`, 10);
    const { kind, subject, by } = order;
    const job: Job = {
      id: randomUUID(),
      kind,
      ...(subject === undefined ? {} : { subject }),
      state: "running",
      by,
      begun: this.#means.host.clock.now().toISOString(),
      lines: [],
    };
    this.#keep(job);
    this.#running.set(key, { id: job.id, ended: this.#run(job.id, key, order) });
    return { begun: job };
  }

  /**
   * Asks what runs to end, and settles when it has. A reset gives smsd its modem back first: whoever waits for it waits with
   * a limit of his own, and what still runs then goes on without us.
   */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  async #run(id: string, key: string, { args, by }: Order): Promise<void> {
    const say = (line: string) => {
      const job = this.#jobs.get(id);
      if (job) this.#keep({ ...job, lines: [...job.lines, line.slice(0, LONGEST_LINE)].slice(-MOST_LINES) });
    };
    const exitCode = await this.#command(args, by, say);
    this.#running.delete(key);
    const job = this.#jobs.get(id);
    if (!job) return;
    const ended = this.#means.host.clock.now().toISOString();
    this.#keep({ ...job, state: exitCode === 0 ? "succeeded" : "failed", ended, exitCode });
  }

  async #command(args: readonly string[], by: string, say: (line: string) => void): Promise<number> {
    try {
      const argv = ["--by", askedBy(by), ...args];
      return await this.#means.host.programs.runJob(argv, (line) => say(line), this.#stopping.signal);
    } catch (error) {
      say(messageOf(error));
      return 1;
    }
  }

  #keep(job: Job): void {
    this.#jobs.set(job.id, job);
    for (const { id, state } of this.#jobs.values()) {
      if (this.#jobs.size <= MOST_KEPT) break;
      if (state !== "running") this.#jobs.delete(id);
    }
    this.#means.changed(job);
  }
}

/** How the timeline and the flag name who asked. */
export function askedBy(by: string): string {
  return `the HTTP API (${by})`;
}

/** Two orders with the same key are about the same thing. */
function lockKey({ kind, subject }: Order): string {
  return kind.startsWith("smsd-") ? "smsd" : `${kind} ${subject ?? ""}`;
}
