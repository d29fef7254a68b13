import { read, write } from "node:fs";
import { promisify } from "node:util";
import type { SerialLine } from "../core/agent-ports.ts";
import { hasErrno, ModemkeeperError, messageOf } from "../core/errors.ts";
import { within } from "./within.ts";

const readSome = promisify(read);
const writeSome = promisify(write);

const WRITE_TIMEOUT = 5_000;
const CLOSE_TIMEOUT = 2_000;
const READ_SIZE = 4_096;
/** Kept until somebody listens; more than this a modem does not say unasked. */
const MOST_UNHEARD = 65_536;

/** The part of serialport's Linux binding that is used here. */
export interface OpenTerminal {
  readonly fd: number;
  readonly poller: {
    once(event: "readable" | "writable", listener: (error: Error | null) => void): unknown;
    stop(): void;
  };
  close(): Promise<void>;
}

/**
 * An open terminal. Reads and writes itself rather than through serialport's stream, which takes the 0 bytes that a
 * terminal reads for ever after its device has gone for no data yet: it would miss the hang-up and keep a core busy.
 */
export class RealSerialLine implements SerialLine {
  readonly path: string;
  readonly #terminal: OpenTerminal;
  readonly #reading: Promise<void>;
  #writing: Promise<void> = Promise.resolve();
  #unheard: Buffer[] = [];
  #onData: ((data: Buffer) => void) | undefined;
  #onClose: ((reason: string) => void) | undefined;
  #ended: { readonly reason: string; readonly closed: Promise<void> } | undefined;

  constructor(path: string, terminal: OpenTerminal) {
    this.path = path;
    this.#terminal = terminal;
    this.#reading = this.#read();
  }

  async write(data: Buffer): Promise<void> {
    // One after the other: pieces of two commands must not mix.
    const turn = this.#writing.then(() => this.#writeAll(data));
    this.#writing = turn.catch(() => {});
    return turn;
  }

  onData(listener: (data: Buffer) => void): void {
    this.#onData = listener;
    const unheard = this.#unheard;
    this.#unheard = [];
    for (const data of unheard) listener(data);
  }

  onClose(listener: (reason: string) => void): void {
    this.#onClose = listener;
    if (this.#ended) listener(this.#ended.reason);
  }

  /** A device that takes no bytes keeps the kernel in close(2) for 30 s (measured): that goes on without us. */
  async close(): Promise<void> {
    this.#end("closed");
    await within(CLOSE_TIMEOUT, this.#ended?.closed ?? Promise.resolve());
  }

  async #read(): Promise<void> {
    const buffer = Buffer.alloc(READ_SIZE);
    try {
      while (!this.#ended) {
        const count = await this.#nowOrLater("readable", () => this.#readInto(buffer));
        if (count === undefined) continue;
        if (count === 0) throw new Error("the device is gone");
        this.#heard(Buffer.from(buffer.subarray(0, count)));
      }
    } catch (error) {
      // Not awaited: closing waits for this very loop.
      this.#end(goneOr(error));
    }
  }

  async #writeAll(data: Buffer): Promise<void> {
    const deadline = performance.now() + WRITE_TIMEOUT;
    let rest = data;
    while (rest.length > 0) {
      if (this.#ended) throw this.#unwritable(this.#ended.reason);
      const patience = Math.max(1, deadline - performance.now());
      const taken = this.#nowOrLater("writable", () => this.#writeFrom(rest));
      const count = await within(patience, taken).catch((error: unknown) => {
        this.#end(goneOr(error));
        throw this.#unwritable(goneOr(error));
      });
      if (performance.now() >= deadline) throw this.#unwritable(`it takes no bytes for ${WRITE_TIMEOUT / 1000} s`);
      rest = rest.subarray(count ?? 0);
    }
  }

  /** Tries; where nothing can be done now, waits until it can be, and returns undefined. */
  async #nowOrLater(event: "readable" | "writable", act: () => Promise<number>): Promise<number | undefined> {
    try {
      return await act();
    } catch (error) {
      if (!hasErrno(error, "EAGAIN") && !hasErrno(error, "EINTR")) throw error;
    }
    // A wait begun after the poller was stopped would never end.
    if (this.#ended) return undefined;
    await new Promise<void>((resolve, reject) => {
      this.#terminal.poller.once(event, (error) => (error ? reject(error) : resolve()));
    });
    return undefined;
  }

  async #readInto(buffer: Buffer): Promise<number> {
    return (await readSome(this.#terminal.fd, buffer, 0, buffer.length, null)).bytesRead;
  }

  async #writeFrom(data: Buffer): Promise<number> {
    return (await writeSome(this.#terminal.fd, data, 0, data.length, null)).bytesWritten;
  }

  #heard(data: Buffer): void {
    if (this.#onData) {
      this.#onData(data);
      return;
    }
    const kept = this.#unheard.reduce((sum, { length }) => sum + length, 0);
    if (kept + data.length <= MOST_UNHEARD) this.#unheard.push(data);
  }

  #end(reason: string): void {
    if (this.#ended) return;
    this.#ended = { reason, closed: this.#release() };
    this.#onClose?.(reason);
  }

  /** Stopping the poller ends every wait; the number is given back only when no read or write is under way with it. */
  async #release(): Promise<void> {
    this.#terminal.poller.stop();
    await Promise.all([this.#reading, this.#writing]);
    await this.#terminal.close().catch(() => {});
  }

  #unwritable(why: string): ModemkeeperError {
    return new ModemkeeperError("io", `cannot write to ${this.path}: ${why}`);
  }
}

/** EIO from a terminal, and EBADF from waiting for one, mean that its device has left (tty_io.c; libuv, uv_poll). */
function goneOr(error: unknown): string {
  const gone = ["EIO", "ENXIO", "ENODEV"].some((code) => hasErrno(error, code));
  return gone || /bad file descriptor/i.test(messageOf(error)) ? "the device is gone" : messageOf(error);
}
