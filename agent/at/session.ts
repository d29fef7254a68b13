import type { AgentHost, SerialLine } from "../../core/agent-ports.ts";
import { ModemkeeperError } from "../../core/errors.ts";
import {
  announcesText,
  finalResult,
  isAnnouncement,
  NO_LINE,
  type PartialLine,
  readItems,
  roleOf,
} from "./protocol.ts";
import { type AtAnswer, type AtTalk, silence } from "./talk.ts";

/** More is not kept: a list of a full storage has some 250 lines. */
const MAX_LINES = 1_000;
/** An `AT` is asked again after this, milliseconds: a modem that just woke up may miss the first. */
const AGAIN = 1_000;
/** So long nothing may come before what comes next counts as the answer to the next command. */
const QUIET = 60;
/** A port that never falls quiet (NMEA, a talking neighbour) is used all the same. */
const LONGEST_UNREST = 500;
const ESCAPE = "\u001b";

export type SessionHost = Pick<AgentHost, "clock" | "monotonic">;

interface Exchange {
  readonly command: string;
  readonly lines: string[];
  end(answer: AtAnswer): void;
  fail(error: ModemkeeperError): void;
}

/**
 * Talks to a modem on one open terminal, one command at a time. Before the first command and after each that got no
 * answer in time it finds the modem again with `AT`: the rest of somebody's answer must not pass for ours.
 */
export class AtSession implements AtTalk {
  readonly #host: SessionHost;
  readonly #line: SerialLine;
  readonly #announced = new Set<(line: string) => void>();
  readonly #whenClosed = new Set<(reason: string) => void>();
  #partial: PartialLine = NO_LINE;
  #exchange: Exchange | undefined;
  #heard = false;
  #skipText = false;
  #inStep = false;
  #closed: string | undefined;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(host: SessionHost, line: SerialLine) {
    this.#host = host;
    this.#line = line;
    line.onData((data) => this.#read(data));
    line.onClose((reason) => this.#hungUp(reason));
  }

  get path(): string {
    return this.#line.path;
  }

  /** Why it is closed; undefined while it is open. */
  get closed(): string | undefined {
    return this.#closed;
  }

  /** Calls back with each line that the modem prints on its own. */
  onAnnouncement(listener: (line: string) => void): void {
    this.#announced.add(listener);
  }

  /** Calls back once when the line goes, whoever closes it. */
  onClose(listener: (reason: string) => void): void {
    this.#whenClosed.add(listener);
  }

  /**
   * Sends one command line and waits for the end of its answer, `timeout` milliseconds at most.
   * @throws ModemkeeperError io if the device is gone or takes no bytes
   */
  command(text: string, timeout: number): Promise<AtAnswer> {
    return this.#next(async () => {
      const began = this.#now();
      if (!this.#inStep && !(await this.#findModem(timeout))) return silence([]);
      const left = Math.max(1, timeout - (this.#now() - began));
      const answer = await this.#ask(text, left);
      this.#inStep = answer.outcome !== "silent";
      return answer;
    });
  }

  /**
   * True if the modem answers `AT` within `timeout` milliseconds.
   * @throws ModemkeeperError io if the device is gone or takes no bytes
   */
  answers(timeout: number): Promise<boolean> {
    return this.#next(() => this.#findModem(timeout));
  }

  /** Idempotent; as bounded as the line's own closing. */
  async close(): Promise<void> {
    this.#hungUp("closed by us");
    await this.#line.close();
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(work);
    this.#tail = turn.catch(() => {});
    return turn;
  }

  async #findModem(timeout: number): Promise<boolean> {
    const end = this.#now() + timeout;
    for (let left = timeout, first = true; left > 0; left = end - this.#now(), first = false) {
      // A program that was killed may have left it waiting for a message's text, which every AT would only lengthen.
      if (!first) await this.#write(`${ESCAPE}\r`);
      const { outcome } = await this.#ask("AT", Math.min(AGAIN, left));
      if (outcome === "silent") continue;
      // Somebody's late OK may have come first; ours then follows at once.
      await this.#fallQuiet();
      this.#inStep = true;
      return true;
    }
    this.#inStep = false;
    return false;
  }

  async #ask(command: string, timeout: number): Promise<AtAnswer> {
    if (this.#closed !== undefined) throw this.#gone();
    const answer = this.#await(command, timeout);
    // A line that takes no bytes fails the write; the answer then has no reader.
    answer.catch(() => {});
    await this.#write(`${command}\r`);
    return await answer;
  }

  #write(text: string): Promise<void> {
    return this.#line.write(Buffer.from(text, "latin1"));
  }

  #await(command: string, timeout: number): Promise<AtAnswer> {
    return new Promise((resolve, reject) => {
      const lines: string[] = [];
      const answered = new AbortController();
      const over = () => {
        answered.abort();
        if (this.#exchange === exchange) this.#exchange = undefined;
      };
      const end = (answer: AtAnswer) => {
        over();
        resolve(answer);
      };
      const fail = (error: ModemkeeperError) => {
        over();
        reject(error);
      };
      const exchange = { command, lines, end, fail };
      this.#exchange = exchange;
      void this.#host.clock.sleep(timeout, answered.signal).then(() => end(silence(lines)));
    });
  }

  async #fallQuiet(): Promise<void> {
    const end = this.#now() + LONGEST_UNREST;
    do {
      this.#heard = false;
      await this.#host.clock.sleep(QUIET);
    } while (this.#heard && this.#now() < end);
  }

  #now(): number {
    return this.#host.monotonic.now();
  }

  #read(data: Buffer): void {
    this.#heard = true;
    const { items, partial } = readItems(this.#partial, data);
    this.#partial = partial;
    for (const item of items) {
      if (item.kind === "line") this.#take(item.text);
      else this.#refuseToType();
    }
  }

  #take(line: string): void {
    if (this.#skipText) {
      this.#skipText = false;
      return;
    }
    this.#skipText = announcesText(line);
    const exchange = this.#exchange;
    if (!exchange) {
      if (isAnnouncement(line)) this.#announce(line);
      return;
    }
    const role = roleOf(line, exchange.command);
    if (role === "unsolicited") this.#announce(line);
    if (role === "answer" && exchange.lines.length < MAX_LINES) exchange.lines.push(line);
    const final = finalResult(line);
    if (final) exchange.end({ outcome: final.ok ? "ok" : "error", result: final.text, lines: exchange.lines });
  }

  #announce(line: string): void {
    for (const listener of this.#announced) listener(line);
  }

  /** A modem that waits for a text takes every further command for that text. */
  #refuseToType(): void {
    void this.#write(ESCAPE).catch(() => {});
  }

  #hungUp(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    this.#exchange?.fail(this.#gone());
    for (const listener of this.#whenClosed) listener(reason);
  }

  #gone(): ModemkeeperError {
    return new ModemkeeperError("io", `the line ${this.path} is gone`, { why: this.#closed ?? "it was closed" });
  }
}

/**
 * Opens a terminal for one conversation and closes it, whatever happens.
 * @throws ModemkeeperError io if it cannot be opened, or goes meanwhile
 */
export async function withSession<T>(
  host: SessionHost & Pick<AgentHost, "serial">,
  path: string,
  work: (session: AtSession) => Promise<T>,
): Promise<T> {
  const session = new AtSession(host, await host.serial.open(path));
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
