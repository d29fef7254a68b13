import type { RawName } from "../../core/delivery-ports.ts";
import type { Source } from "./waiting.ts";

export interface NameOf {
  readonly source: Source;
  readonly name: RawName;
}

const SECOND_NS = 1_000_000_000n;

/**
 * Names of files, in the order in which they were written. Columns rather than objects: with a hundred thousand, the
 * agent's memory peaks at 129 MB so, and at 147 MB with an object and a bigint for each (measured).
 */
export class DatedNames {
  readonly #names: RawName[] = [];
  readonly #sources: Source[] = [];
  readonly #seconds: number[] = [];
  readonly #nanoseconds: number[] = [];
  #order = new Uint32Array();
  #taken = 0;

  get size(): number {
    return this.#order.length - this.#taken;
  }

  /** `modifiedAt`: nanoseconds since 1970. It can be taken after `sort`. */
  add({ source, name }: NameOf, modifiedAt: bigint): void {
    this.#names.push(name);
    this.#sources.push(source);
    this.#seconds.push(Number(modifiedAt / SECOND_NS));
    this.#nanoseconds.push(Number(modifiedAt % SECOND_NS));
  }

  /** The eldest first; of one time, by name. */
  sort(): void {
    this.#order = Uint32Array.from(this.#names.keys()).sort((a, b) => {
      return this.#compareTimes(a, b) || (this.#name(a) < this.#name(b) ? -1 : 1);
    });
  }

  /** All files of the eldest time; none when there are no more. */
  take(): readonly NameOf[] {
    const first = this.#order[this.#taken];
    const files: NameOf[] = [];
    for (let index = first; index !== undefined && this.#compareTimes(index, first ?? index) === 0; ) {
      const source = this.#sources[index];
      if (source) files.push({ source, name: this.#name(index) });
      // Its name is somebody else's from now on.
      this.#names[index] = "";
      this.#taken += 1;
      index = this.#order[this.#taken];
    }
    return files;
  }

  #name(index: number): RawName {
    return this.#names[index] ?? "";
  }

  #compareTimes(a: number, b: number): number {
    const seconds = (this.#seconds[a] ?? 0) - (this.#seconds[b] ?? 0);
    return seconds || (this.#nanoseconds[a] ?? 0) - (this.#nanoseconds[b] ?? 0);
  }
}
