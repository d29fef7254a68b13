import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { endProcess } from "../test/helpers/end-process.ts";

/** Milliseconds. */
const LOOK_EVERY = 20;

/** A receiver in another process, so that taking messages costs the sender nothing but the processor. */
export class Receiver {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.url = `http://127.0.0.1:${port}/`;
  }

  static async start(): Promise<Receiver> {
    const child = fork(new URL("./delivery-receiver.ts", import.meta.url).pathname);
    const [{ port }] = (await once(child, "message")) as [{ readonly port: number }];
    return new Receiver(child, port);
  }

  /** How many different messages have arrived since `arrivals` was last asked. */
  async count(): Promise<number> {
    return ((await this.#ask("count")) as { readonly count: number }).count;
  }

  /** When each message arrived first, milliseconds of CLOCK_MONOTONIC by its number; forgets them. */
  async arrivals(): Promise<ReadonlyMap<number, number>> {
    return new Map(((await this.#ask("arrivals")) as { readonly arrivals: [number, number][] }).arrivals);
  }

  /** @throws Error if `count` messages are not there within so many seconds, or the sender lives no more */
  async until(count: number, seconds: number, isSending: () => boolean = () => true): Promise<void> {
    const end = performance.now() + seconds * 1000;
    for (;;) {
      const arrived = await this.count();
      if (arrived >= count) return;
      if (!isSending()) throw new Error(`the sender ended when ${arrived} of ${count} messages had arrived`);
      if (performance.now() > end) throw new Error(`only ${arrived} of ${count} messages arrived within ${seconds} s`);
      await sleep(LOOK_EVERY);
    }
  }

  async stop(): Promise<void> {
    await endProcess(this.#child, "SIGTERM");
  }

  async #ask(question: "count" | "arrivals"): Promise<unknown> {
    const answer = once(this.#child, "message");
    this.#child.send(question);
    const [value] = await answer;
    return value;
  }
}
