import type { Holder } from "../../../core/agent-ports.ts";
import type { Lock } from "../../../core/ports.ts";

/** Locks by path, and the processes that hold them. */
export class MemoryLocks {
  readonly #held = new Map<string, { readonly owner: unknown; readonly holder?: Holder | undefined }>();
  readonly #waiting = new Map<string, (() => void)[]>();

  tryLock(path: string, owner: unknown, holder?: Holder): Lock | undefined {
    if (this.#held.has(path)) return undefined;
    const mine = { owner, holder };
    this.#held.set(path, mine);
    return {
      release: async () => {
        if (this.#held.get(path) === mine) this.#free(path);
      },
    };
  }

  /** `sleep` settles when the patience is over, or its signal aborts. */
  async lock(path: string, owner: unknown, sleep: (signal: AbortSignal) => Promise<void>): Promise<Lock | undefined> {
    const atOnce = this.tryLock(path, owner);
    if (atOnce) return atOnce;
    const taken = new AbortController();
    let patient = true;
    const end = sleep(taken.signal).then(() => {
      patient = false;
    });
    while (patient) {
      await Promise.race([end, this.#freed(path)]);
      const lock = this.tryLock(path, owner);
      if (lock) {
        taken.abort();
        return lock;
      }
    }
    return undefined;
  }

  holder(path: string): Holder | undefined {
    return this.#held.get(path)?.holder;
  }

  freeAll(owner: unknown): void {
    for (const [path, entry] of [...this.#held]) if (entry.owner === owner) this.#free(path);
  }

  #free(path: string): void {
    this.#held.delete(path);
    for (const tell of this.#waiting.get(path) ?? []) tell();
    this.#waiting.delete(path);
  }

  #freed(path: string): Promise<void> {
    return new Promise((tell) => {
      this.#waiting.set(path, [...(this.#waiting.get(path) ?? []), tell]);
    });
  }
}
