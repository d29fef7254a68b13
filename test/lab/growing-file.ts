import type { Guest } from "./guest.ts";

/** One wait in the guest; the deadline of a search is looked at in between. */
const SLICE_SECONDS = 5;

/** A log in the guest, read line by line as it grows. The waiting is done in the guest: it costs no process there. */
export class GrowingFile {
  readonly #guest: Guest;
  readonly #path: string;
  #offset = 0;

  private constructor(guest: Guest, path: string) {
    this.#guest = guest;
    this.#path = path;
  }

  /** All of it; it need not be there yet. */
  static fromStart(guest: Guest, path: string): GrowingFile {
    return new GrowingFile(guest, path);
  }

  /** From its end on; it need not be there yet. */
  static async fromEnd(guest: Guest, path: string): Promise<GrowingFile> {
    const file = new GrowingFile(guest, path);
    await file.lines(0);
    return file;
  }

  /** Whole lines that have come since the last call; waits for some, at most for so many seconds. */
  async lines(seconds: number): Promise<readonly string[]> {
    const content = (await this.#guest.readFrom(this.#path, this.#offset, seconds)) ?? Buffer.alloc(0);
    const whole = content.subarray(0, content.lastIndexOf("\n") + 1);
    this.#offset += whole.length;
    return whole.toString("utf8").split("\n").slice(0, -1);
  }

  /** Reads on until `found` gives something; undefined if nothing did within `seconds`. Called once before anything is read. */
  async until<T>(seconds: number, found: (lines: readonly string[]) => T | undefined): Promise<T | undefined> {
    const end = Date.now() + seconds * 1000;
    let wait = 0;
    do {
      const result = found(await this.lines(wait));
      if (result !== undefined) return result;
      wait = Math.min(Math.max((end - Date.now()) / 1000, 0.1), SLICE_SECONDS);
    } while (Date.now() < end);
    return undefined;
  }
}
