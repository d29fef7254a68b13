import { type FSWatcher, watch } from "node:fs";
import type { Random } from "../../simulation/random.ts";
import type { ChaosReceiver } from "./chaos-receiver.ts";

/** Starting takes about so long, milliseconds; killed at random within it, nothing but starting is interrupted. */
const BOOT_MS = 300;
/** How much later than what happened. */
const NEAR_MS = 4;
/** Of so many messages one is chosen to be the last before a kill. */
const MOST_EVENTS = 100;
/** Where nothing happens for so long, the receiver is in a bad mood, or the machine is busy with other things. */
const PATIENCE_MS = 5_000;

/** Where an agent may be killed: while it starts, just after the receiver took a message, just after a file moved. */
export class Moments {
  readonly #random: Random;
  readonly #receiver: ChaosReceiver;
  readonly #watchers: readonly FSWatcher[];
  #happened: (what: "taken" | "moved") => void = () => {};

  /** `folders`: those into which the agent moves files. */
  constructor(random: Random, receiver: ChaosReceiver, folders: readonly string[]) {
    this.#random = random;
    this.#receiver = receiver;
    this.#watchers = folders.map((folder) => watch(folder, () => this.#happened("moved")));
    receiver.onAccepted = () => this.#happened("taken");
  }

  /** Settles at the next moment, which is at most five seconds away. */
  async next(): Promise<void> {
    const kind = this.#random.pick(["boot", "taken", "taken", "moved", "moved"] as const);
    if (kind === "boot") return await after(this.#random.next() * BOOT_MS);
    await this.#after(kind, this.#random.whole(1, MOST_EVENTS));
    await after(this.#random.next() * NEAR_MS);
  }

  stop(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#receiver.onAccepted = () => {};
  }

  /** After `count` more of what happened, or when too little happens. */
  async #after(kind: "taken" | "moved", count: number): Promise<void> {
    let left = count;
    let limit: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      limit = setTimeout(resolve, PATIENCE_MS);
      this.#happened = (what) => {
        if (what === kind && --left <= 0) resolve();
      };
    });
    clearTimeout(limit);
    this.#happened = () => {};
  }
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
