import type { AgentHost, LogPosition } from "../../core/agent-ports.ts";
import { parseLog } from "../../core/smsd-log.ts";
import type { LogDigest, Moment } from "../model/observation.ts";
import { digestLog, EMPTY_DIGEST, messagePassed, notable } from "./log-digest.ts";

/** The first look goes back some 3,000 lines: hours of a healthy gateway. More at once is a flood, whose newest lines tell enough. */
const MOST_BYTES = 262_144;
/** smsd writes no longer lines (its buffers are 4 KiB); what goes on without an end is none of its log. */
const LONGEST_LINE = 16_384;

/** smsd's log, read as it grows. */
export class LogReader {
  readonly #host: Pick<AgentHost, "logs" | "clock" | "monotonic">;
  #path = "";
  #position: LogPosition | undefined;
  #unfinished = "";
  #digest: LogDigest = EMPTY_DIGEST;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(host: Pick<AgentHost, "logs" | "clock" | "monotonic">) {
    this.#host = host;
  }

  /** What the log says so far. */
  get digest(): LogDigest {
    return this.#digest;
  }

  /**
   * Takes in what has been written since the last time; true if something of it is worth a look at everything. Calls wait
   * for each other, so that no line counts twice.
   * @throws ModemkeeperError io if it cannot be read
   */
  read(path: string): Promise<boolean> {
    const turn = this.#reading.then(() => this.#readOn(path));
    this.#reading = turn.catch(() => {});
    return turn;
  }

  async #readOn(path: string): Promise<boolean> {
    if (path !== this.#path) this.#startOver(path);
    const { text, position } = await this.#host.logs.readFrom(path, this.#position, MOST_BYTES);
    if (this.#position !== undefined && position.inode !== this.#position.inode) this.#unfinished = "";
    this.#position = position;
    const whole = this.#unfinished + text;
    const end = whole.lastIndexOf("\n") + 1;
    this.#unfinished = whole.slice(end).slice(-LONGEST_LINE);
    const lines = parseLog(whole.slice(0, end));
    if (lines.length === 0) return false;
    const before = this.#digest;
    this.#digest = digestLog(before, lines, this.#now());
    return notable(lines, before) || messagePassed(before, this.#digest);
  }

  #startOver(path: string): void {
    this.#path = path;
    this.#position = undefined;
    this.#unfinished = "";
    this.#digest = EMPTY_DIGEST;
  }

  #now(): Moment {
    const { clock, monotonic } = this.#host;
    return { wall: clock.now().getTime(), monotonic: monotonic.now(), bootId: monotonic.bootId };
  }
}
