import { randomBytes } from "node:crypto";
import type { AgentHost } from "../../core/agent-ports.ts";
import { EventTail } from "./event-tail.ts";
import type { Job } from "./job.ts";
import type { LiveEvents } from "./live.ts";
import { Ring } from "./ring.ts";
import { lastNumber, SSE_PING, sseEvent, sseRetry } from "./sse.ts";
import type { StatusDocument, StatusSource } from "./status-source.ts";

/** Pages, and programs that watch; one more is refused. */
const MOST_STREAMS = 32;
/** Characters that a slow client may have before it; what would be more is better asked for anew. */
const MOST_WAITING = 512 * 1024;
/** What is kept for clients that come back: minutes of a busy gateway. */
const KEPT = { events: 256, characters: 256 * 1024 };
/** Milliseconds. */
const LOOK_EVERY = 1_000;
const PING_EVERY = 15_000;
const COME_BACK_AFTER = 2_000;

export interface LiveMeans {
  readonly host: Pick<AgentHost, "clock" | "logs">;
  readonly status: Pick<StatusSource, "current">;
}

interface Stream {
  readonly waiting: string[];
  characters: number;
  wake(): void;
}

/** Streams of what happens. While nobody watches nothing is done; what was missed meanwhile is on disk. */
export class LiveStreams {
  readonly #means: LiveMeans;
  readonly #tail: EventTail;
  /** Names this run of the agent. */
  readonly #run = randomBytes(4).toString("hex");
  readonly #ring = new Ring(KEPT);
  readonly #streams = new Set<Stream>();
  readonly #stopping = new AbortController();
  #number = 0;
  #looks = false;
  #told = "";

  constructor(means: LiveMeans) {
    this.#means = means;
    this.#tail = new EventTail(means.host.logs);
  }

  async start(): Promise<void> {
    await this.#tail.begin().catch(() => {});
  }

  stop(): void {
    this.#stopping.abort();
    for (const stream of this.#streams) stream.wake();
  }

  get full(): boolean {
    return this.#streams.size >= MOST_STREAMS;
  }

  job(job: Job): void {
    this.#publish("job", job);
  }

  /** Everything from now on, and what a client that comes back has missed. Nothing is done before it is read. */
  async *stream(lastEventId: string | undefined, gone: AbortSignal): AsyncGenerator<string> {
    await this.#news();
    const status = await this.#means.status.current();
    if (!status || this.full) return;
    const stream = newStream();
    // From here to the first yield nothing is published: no event is missed, none comes twice.
    const last = lastNumber(lastEventId, this.#run);
    const missed = last === undefined ? [] : this.#ring.after(last);
    this.#streams.add(stream);
    if (this.#streams.size === 1) this.#told = timeless(status);
    // Its id must not say that what is missed was told.
    const id = missed.length > 0 ? undefined : this.#id(this.#number);
    try {
      yield sseRetry(COME_BACK_AFTER) + sseEvent("status", status, id);
      for (const { text } of missed) yield text;
      void this.#look();
      yield* this.#coming(stream, gone);
    } finally {
      this.#streams.delete(stream);
    }
  }

  async *#coming(stream: Stream, gone: AbortSignal): AsyncGenerator<string> {
    const isOver = () => gone.aborted || this.#stopping.signal.aborted;
    gone.addEventListener("abort", () => stream.wake(), { once: true });
    while (!isOver() && stream.characters <= MOST_WAITING) {
      const pieces = stream.waiting.splice(0);
      stream.characters = 0;
      if (pieces.length > 0) yield pieces.join("");
      else if (!(await this.#woken(stream))) yield SSE_PING;
    }
  }

  /** False if for a while nothing happened that calls for a look. */
  async #woken(stream: Stream): Promise<boolean> {
    const nap = new AbortController();
    stream.wake = () => nap.abort();
    await this.#means.host.clock.sleep(PING_EVERY, nap.signal);
    stream.wake = () => {};
    return nap.signal.aborted;
  }

  async #look(): Promise<void> {
    if (this.#looks) return;
    this.#looks = true;
    const { host, status } = this.#means;
    while (this.#streams.size > 0 && !this.#stopping.signal.aborted) {
      await host.clock.sleep(LOOK_EVERY, this.#stopping.signal);
      await this.#news();
      // What cannot be read now is told when it can.
      const now = await status.current().catch(() => undefined);
      if (!now) continue;
      const content = timeless(now);
      if (content === this.#told) continue;
      this.#told = content;
      this.#publish("status", now);
    }
    this.#looks = false;
  }

  async #news(): Promise<void> {
    const entries = await this.#tail.news().catch(() => []);
    for (const entry of entries) this.#publish("entry", entry);
  }

  #publish<K extends keyof LiveEvents>(event: K, data: LiveEvents[K]): void {
    this.#number += 1;
    const text = sseEvent(event, data, this.#id(this.#number));
    // Who comes back is told how the gateway stands first of all.
    if (event !== "status") this.#ring.add({ number: this.#number, text });
    for (const stream of this.#streams) {
      stream.characters += text.length;
      if (stream.characters <= MOST_WAITING) stream.waiting.push(text);
      else stream.waiting.splice(0);
      stream.wake();
    }
  }

  #id(number: number): string {
    return `${this.#run}-${number}`;
  }
}

function newStream(): Stream {
  return { waiting: [], characters: 0, wake: () => {} };
}

/** A status that only grew older tells nothing. */
function timeless({ at: _, agent, ...rest }: StatusDocument): string {
  const { looked: __, ...lasting } = agent;
  return JSON.stringify({ ...rest, agent: lasting });
}
