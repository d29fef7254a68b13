import { authorized, problemOf } from "./api.js";
import { eventReader } from "./sse.js";

/** @import { Connection } from "./types.ts" */
/** @typedef {{ told(event: string, value: unknown): void, changed(connection: Connection): void }} Listener */

/** The gateway says something at least every 15 s, if only that it is there. */
const SILENCE_MS = 40_000;
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];

/** Keeps one stream of events open for as long as the page lives. */
export class LiveStream {
  /** @param {Listener} listener */
  constructor(listener) {
    this.listener = listener;
    this.failures = 0;
    /** @type {string | undefined} */
    this.lastId = undefined;
    /** @type {number | undefined} */
    this.lostSince = undefined;
    this.isLocked = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.retry = undefined;
    this.current = new AbortController();
  }

  /** Connects now, whatever is under way. */
  start() {
    clearTimeout(this.retry);
    this.current.abort();
    this.current = new AbortController();
    void this.run(this.current);
  }

  /** Connects now if it is not connected. */
  hurry() {
    if (this.lostSince !== undefined || this.isLocked) this.start();
  }

  /**
   * @param {AbortController} mine
   * @returns {Promise<void>}
   */
  async run(mine) {
    const why = await this.follow(mine).catch(() => "The gateway cannot be reached.");
    if (this.current !== mine) return;
    if (why !== undefined) this.lost(why);
  }

  /**
   * Reads one stream to its end.
   * @param {AbortController} mine
   * @returns {Promise<string | undefined>} why it ended; undefined where the page is locked out
   */
  async follow(mine) {
    const silence = new Silence(mine);
    try {
      const id = this.lastId === undefined ? {} : { "Last-Event-ID": this.lastId };
      const headers = { Accept: "text/event-stream", ...authorized(), ...id };
      const response = await fetch("monitor/events", { headers, cache: "no-store", signal: mine.signal });
      if (response.status === 401 || response.status === 403) return await this.locked(response);
      if (!response.ok || !response.body) return await problemOf(response);
      await this.readAll(response.body, silence);
      return "The gateway ended the connection; its agent may have stopped.";
    } catch {
      return silence.broken ? "The gateway has fallen silent." : "The gateway cannot be reached.";
    } finally {
      silence.end();
    }
  }

  /**
   * @param {ReadableStream<Uint8Array>} body
   * @param {Silence} silence
   */
  async readAll(body, silence) {
    const decoder = new TextDecoder();
    const take = eventReader((event) => this.take(event));
    const reader = body.getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      silence.begin();
      take(decoder.decode(piece.value, { stream: true }));
    }
  }

  /** @param {import("./sse.js").ServerEvent} event */
  take({ event, data, id }) {
    if (id !== undefined) this.lastId = id;
    const value = parsed(data);
    if (value === undefined) return;
    this.failures = 0;
    this.lostSince = undefined;
    this.isLocked = false;
    this.listener.told(event, value);
    this.listener.changed({ state: "live" });
  }

  /**
   * @param {Response} response
   * @returns {Promise<undefined>}
   */
  async locked(response) {
    this.lostSince = undefined;
    this.isLocked = true;
    const why = await problemOf(response);
    this.listener.changed({ state: "locked", why, byToken: response.status === 401 });
    return undefined;
  }

  /** @param {string} why */
  lost(why) {
    const pause = PAUSES_MS[Math.min(this.failures, PAUSES_MS.length - 1)] ?? 0;
    // Not all pages at once when the agent is back.
    const wait = pause * (0.75 + Math.random() / 2);
    this.failures += 1;
    this.isLocked = false;
    this.lostSince ??= Date.now();
    this.listener.changed({ state: "lost", since: this.lostSince, why, nextTry: Date.now() + wait });
    this.retry = setTimeout(() => this.start(), wait);
  }
}

/** Ends a connection on which nothing comes any more: TCP alone would wait for minutes. */
class Silence {
  /** @param {AbortController} connection */
  constructor(connection) {
    this.connection = connection;
    this.broken = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.begin();
  }

  begin() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.broken = true;
      this.connection.abort();
    }, SILENCE_MS);
  }

  end() {
    clearTimeout(this.timer);
  }
}

/** @param {string} data */
function parsed(data) {
  try {
    return /** @type {unknown} */ (JSON.parse(data));
  } catch {
    return undefined;
  }
}
