import type { Place, RawName, SpoolFiles } from "../../core/delivery-ports.ts";
import { Line } from "../delivery/line.ts";
import type { Reading } from "./reading.ts";
import type { Source } from "./waiting.ts";

/** One file that is to be looked at. */
export interface Candidate {
  readonly source: Source;
  readonly name: RawName;
  /** What was found in it, if it was read already. */
  readonly reading?: Reading;
}

interface Dated extends Candidate {
  /** Nanoseconds since 1970. */
  readonly modifiedAt: bigint;
}

/** Files of one time of which so many are kept in memory while they are put in order. */
const KEPT = 256;
/** Files between two pauses for others. */
const SLICE = 256;

/**
 * Files that wait to be read: those of a scan in the order in which smsd wrote them, then what came meanwhile. Only names
 * and times are kept.
 */
export class Backlog {
  readonly #read: (place: Place) => Reading;
  /** The eldest last. */
  #found: Dated[] = [];
  /** Of one time, in order. */
  #tied: Candidate[] = [];
  readonly #came = new Line<Candidate>();
  #cameCount = 0;

  constructor(read: (place: Place) => Reading) {
    this.#read = read;
  }

  get size(): number {
    return this.#found.length + this.#tied.length + this.#cameCount;
  }

  /** Nothing may be waiting yet. */
  async fill(spoolFiles: SpoolFiles, candidates: readonly Candidate[]): Promise<void> {
    const found: Dated[] = [];
    for (const [index, { source, name }] of candidates.entries()) {
      if (index % SLICE === SLICE - 1) await pause();
      const look = spoolFiles.look({ folder: source.folder, name });
      if (look && look.kind !== "folder") found.push({ source, name, modifiedAt: look.modifiedAt });
    }
    this.#found = found.sort((a, b) => compare(b.modifiedAt, a.modifiedAt) || compare(b.name, a.name));
  }

  add(candidate: Candidate): void {
    this.#came.add(candidate);
    this.#cameCount += 1;
  }

  take(): Candidate | undefined {
    if (this.#tied.length > 0) return this.#tied.pop();
    const first = this.#found.pop();
    if (first === undefined) return this.#takeNew();
    if (this.#found.at(-1)?.modifiedAt !== first.modifiedAt) return first;
    this.#tied = this.#inOrder(this.#allOf(first));
    return this.#tied.pop();
  }

  #takeNew(): Candidate | undefined {
    const came = this.#came.take();
    if (came !== undefined) this.#cameCount -= 1;
    return came;
  }

  #allOf(first: Dated): readonly Dated[] {
    const tied = [first];
    while (this.#found.at(-1)?.modifiedAt === first.modifiedAt) tied.push(this.#found.pop() as Dated);
    return tied;
  }

  /**
   * The kernel's times have steps of up to 10 ms (its tick): of files of one time, the one that the network took first goes
   * first. The eldest last, as they are taken from the end.
   */
  #inOrder(tied: readonly Dated[]): Candidate[] {
    const keep = tied.length <= KEPT;
    const read = tied.map(({ source, name }) => {
      const reading = this.#read({ folder: source.folder, name });
      const sentAt = reading.kind === "message" ? Date.parse(reading.message.sentAt ?? "") || 0 : 0;
      return { candidate: { source, name, ...(keep ? { reading } : {}) }, sentAt };
    });
    read.sort((a, b) => b.sentAt - a.sentAt || compare(b.candidate.name, a.candidate.name));
    return read.map(({ candidate }) => candidate);
  }
}

function compare<T extends bigint | string>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

async function pause(): Promise<void> {
  await new Promise((resume) => setImmediate(resume));
}
