import type { AgentHost } from "../../core/agent-ports.ts";
import { ModemkeeperError } from "../../core/errors.ts";
import type { Lock } from "../../core/ports.ts";
import { APPLY_LOCK } from "../../provision/desired/paths.ts";
import { describeHolder } from "../at/access.ts";

/**
 * The lock of whoever changes this host: `provision apply`, commands that act, the agent. The agent takes it with its first
 * step and gives it back after its last, so steps of several subjects run side by side under one lock.
 */
export class ActorLock {
  readonly #host: Pick<AgentHost, "locks" | "proc">;
  #users = 0;
  #taken: Promise<Lock | undefined> | undefined;

  constructor(host: Pick<AgentHost, "locks" | "proc">) {
    this.#host = host;
  }

  /** True while a step of ours runs under it. */
  get held(): boolean {
    return this.#users > 0;
  }

  /**
   * Does `work` under the lock.
   * @throws ModemkeeperError lock-held, naming the holder, if another process has it
   */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#users += 1;
    this.#taken ??= this.#host.locks.tryLock(APPLY_LOCK);
    const taken = this.#taken;
    try {
      if (!(await taken)) throw await this.#refused();
      return await work();
    } finally {
      this.#users -= 1;
      if (this.#users === 0) {
        this.#taken = undefined;
        await taken.then((lock) => lock?.release()).catch(() => {});
      }
    }
  }

  async #refused(): Promise<ModemkeeperError> {
    const holder = await this.#host.proc.lockHolder(APPLY_LOCK);
    const who = holder ? describeHolder(holder) : "another program";
    return new ModemkeeperError("lock-held", `${who} works on this host now`, {
      why: "two at once would undo each other's work",
      fix: `wait for it to end; to see who it is: fuser -v ${APPLY_LOCK}`,
    });
  }
}
