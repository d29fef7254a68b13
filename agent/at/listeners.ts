import type { Holder } from "../../core/agent-ports.ts";
import type { Listening } from "../decide/types.ts";
import { Listener, type ListenerHost } from "./listener.ts";
import type { AtTalk } from "./talk.ts";
import { SmsdWaker } from "./wake-smsd.ts";

/** Milliseconds between two tries to open a port: doubled from the first to the last. */
const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 60_000;
/** How often a listener looks whether somebody else has taken the access lock. */
const LOOK = 500;
/** Who still holds it after this many milliseconds is another program. */
const SURE = 50;

interface Post {
  readonly wanted: Listening;
  readonly lockFile: string;
  readonly over: AbortController;
  readonly task: Promise<void>;
}

/**
 * The listeners as the decision wants them: one loop a port, which opens it, holds it, and opens it again when the line
 * was lost. While another program holds the access lock the port is left to it, since every reader takes bytes away.
 */
export class Listeners {
  readonly #host: ListenerHost;
  readonly #posts = new Map<string, Post>();
  /** Every post whose loop has not ended, wanted or not. */
  readonly #running = new Set<Post>();
  readonly #open = new Map<string, Listener>();
  readonly #aside = new Map<string, number>();

  constructor(host: ListenerHost) {
    this.#host = host;
  }

  /** Listens on exactly these ports from now on. Returns at once; what is no longer wanted is being closed. */
  set(wanted: readonly Listening[], lockFile: string): void {
    const keys = new Map(wanted.map((one) => [keyOf(one, lockFile), one] as const));
    for (const [key, post] of this.#posts) {
      if (keys.has(key)) continue;
      post.over.abort();
      this.#posts.delete(key);
    }
    for (const [key, one] of keys) {
      if (this.#posts.has(key)) continue;
      const before = [...this.#running].filter((post) => post.wanted.tty === one.tty);
      this.#posts.set(key, this.#begin(one, lockFile, before));
    }
  }

  /** The conversation on a terminal (`ttyUSB3`) that is held open here; undefined if it is not. */
  talk(tty: string): AtTalk | undefined {
    return this.#open.get(tty)?.talk;
  }

  /** Terminals held open now. */
  get held(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** Leaves a modem's port to somebody else until the returned function is called. */
  async stepAside(modem: string): Promise<() => void> {
    this.#aside.set(modem, (this.#aside.get(modem) ?? 0) + 1);
    const mine = [...this.#posts.values()].filter((post) => post.wanted.modem === modem);
    await Promise.all(mine.map((post) => this.#open.get(post.wanted.tty)?.close()));
    let back = false;
    return () => {
      if (back) return;
      back = true;
      this.#aside.set(modem, (this.#aside.get(modem) ?? 1) - 1);
    };
  }

  /** Closes everything; settles when it is closed. */
  async stop(): Promise<void> {
    this.set([], "");
    await Promise.all([...this.#running].map(({ task }) => task));
  }

  #begin(wanted: Listening, lockFile: string, before: readonly Post[]): Post {
    const over = new AbortController();
    const task = Promise.all(before.map((post) => post.task)).then(() => this.#keep(wanted, lockFile, over.signal));
    const post = { wanted, lockFile, over, task };
    this.#running.add(post);
    void task.finally(() => this.#running.delete(post));
    return post;
  }

  async #keep(wanted: Listening, lockFile: string, over: AbortSignal): Promise<void> {
    const waker = new SmsdWaker(this.#host, wanted.modem);
    const wake = () => void waker.wake();
    let pause = FIRST_PAUSE;
    while (!over.aborted) {
      if (await this.#mayOpen(wanted, lockFile)) {
        const listener = await Listener.open(this.#host, { ...wanted, lockFile, signal: over }, wake).catch(
          () => undefined,
        );
        if (listener) {
          pause = FIRST_PAUSE;
          // What came while nobody listened.
          wake();
          if (await this.#hold(listener, wanted, lockFile, over)) continue;
        }
        await this.#host.clock.sleep(pause, over);
        pause = Math.min(LONGEST_PAUSE, pause * 2);
      } else {
        await this.#host.clock.sleep(LOOK, over);
      }
    }
  }

  /** Holds the port until it is lost, unwanted, or somebody else's turn; true if it was left in good order. */
  async #hold(listener: Listener, wanted: Listening, lockFile: string, over: AbortSignal): Promise<boolean> {
    this.#open.set(wanted.tty, listener);
    let lost = false;
    const end = new AbortController();
    const stop = () => end.abort();
    over.addEventListener("abort", stop, { once: true });
    void listener.ended.then(() => {
      lost = true;
      stop();
    });
    while (!end.signal.aborted && !over.aborted && (await this.#mayOpen(wanted, lockFile))) {
      await this.#host.clock.sleep(LOOK, end.signal);
    }
    over.removeEventListener("abort", stop);
    const inOrder = !lost;
    this.#open.delete(wanted.tty);
    await listener.close();
    return inOrder;
  }

  async #mayOpen({ modem }: Listening, lockFile: string): Promise<boolean> {
    if ((this.#aside.get(modem) ?? 0) > 0) return false;
    const first = await this.#lockHolder(lockFile);
    if (!first) return true;
    // The helper that takes the lock for this very process has it, too, for some milliseconds.
    await this.#host.clock.sleep(SURE);
    const second = await this.#lockHolder(lockFile);
    return second?.pid !== first.pid;
  }

  async #lockHolder(lockFile: string): Promise<Holder | undefined> {
    return await this.#host.proc.lockHolder(lockFile).catch(() => undefined);
  }
}

function keyOf(wanted: Listening, lockFile: string): string {
  return JSON.stringify([wanted.modem, wanted.tty, wanted.setup, lockFile]);
}
