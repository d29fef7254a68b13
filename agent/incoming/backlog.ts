import type { Place, SpoolFiles } from "../../core/delivery-ports.ts";
import { Line } from "../delivery/line.ts";
import { DatedNames, type NameOf } from "./dated-names.ts";
import type { Reading } from "./reading.ts";

/** One file that is to be looked at. */
export interface Candidate extends NameOf {
  /** What was found in it, if it was read already. */
  readonly reading?: Reading;
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
  #found = new DatedNames();
  /** Of one time, the eldest last. */
  #tied: Candidate[] = [];
  readonly #came = new Line<Candidate>();
  #cameCount = 0;

  constructor(read: (place: Place) => Reading) {
    this.#read = read;
  }

  get size(): number {
    return this.#found.size + this.#tied.length + this.#cameCount;
  }

  /** Nothing may be waiting yet. @throws whatever `groups` throws; then nothing was added */
  async fill(spoolFiles: SpoolFiles, groups: AsyncIterable<readonly NameOf[]>): Promise<void> {
    const found = new DatedNames();
    for await (const group of groups) {
      for (const [index, file] of group.entries()) {
        if (index % SLICE === SLICE - 1) await pause();
        const look = spoolFiles.look({ folder: file.source.folder, name: file.name });
        if (look && look.kind !== "folder") found.add(file, look.modifiedAt);
      }
    }
    found.sort();
    this.#found = found;
  }

  add(candidate: Candidate): void {
    this.#came.add(candidate);
    this.#cameCount += 1;
  }

  take(): Candidate | undefined {
    if (this.#tied.length > 0) return this.#tied.pop();
    const tied = this.#found.take();
    if (tied.length === 0) return this.#takeNew();
    if (tied.length === 1) return tied[0];
    this.#tied = this.#inOrder(tied);
    return this.#tied.pop();
  }

  #takeNew(): Candidate | undefined {
    const came = this.#came.take();
    if (came !== undefined) this.#cameCount -= 1;
    return came;
  }

  /**
   * The kernel's times have steps of up to 10 ms (its tick): of files of one time, the one that the network took first goes
   * first. The eldest last, as they are taken from the end.
   */
  #inOrder(tied: readonly NameOf[]): Candidate[] {
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

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

async function pause(): Promise<void> {
  await new Promise((resume) => setImmediate(resume));
}
