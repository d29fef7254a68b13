const FIRST_SLOTS = 1_024;
/** A fuller table would be searched for long, an emptier one takes memory for nothing. */
const FULLEST = 3 / 4;
/** A table that is fuller than this without what no longer counts has to grow, or it would be full again at once. */
const FULL_ENOUGH = 1 / 2;
const GROWTH = 1.5;
/** Three words for each: 64 bits of the id, and seconds since 1970. */
const WORDS = 3;
const FOR_EVER = 0xffff_ffff;

/**
 * Ids of messages that have been put away, and when. A hundred thousand a day are remembered in 2 MB: as strings in a Map
 * they would take ten. 64 of an id's 128 bits are kept: two of a hundred thousand messages are alike with a probability
 * of 3 in 10,000,000,000.
 */
export class SeenIds {
  /** Seconds for which an id counts. */
  readonly #window: number;
  #table = new Uint32Array(FIRST_SLOTS * WORDS);
  #used = 0;

  constructor(window: number) {
    this.#window = window;
  }

  /** `at`: milliseconds since 1970, or `for-ever`. A later time replaces an earlier one. */
  add(id: string, at: number | "for-ever"): void {
    if (this.#used + 1 > FULLEST * (this.#table.length / WORDS)) this.#renew(at);
    const [high, low] = halves(id);
    const slot = this.#slot(high, low);
    if (this.#table[slot + 2] === 0) this.#used += 1;
    this.#put(slot, high, low, at === "for-ever" ? FOR_EVER : secondsOf(at));
  }

  /** Was it put away within the window before `now` (milliseconds since 1970)? What lies ahead counts: the clock was set back. */
  has(id: string, now: number): boolean {
    const at = this.#table[this.#slot(...halves(id)) + 2] ?? 0;
    return at !== 0 && this.#counts(at, secondsOf(now));
  }

  #counts(at: number, now: number): boolean {
    return at === FOR_EVER || (this.#window > 0 && now - at <= this.#window);
  }

  /** The slot of an id, or the free one where it belongs. */
  #slot(high: number, low: number): number {
    const slots = this.#table.length / WORDS;
    for (let index = low % slots; ; index = (index + 1) % slots) {
      const slot = index * WORDS;
      if (this.#table[slot + 2] === 0) return slot;
      if (this.#table[slot] === high && this.#table[slot + 1] === low) return slot;
    }
  }

  #put(slot: number, high: number, low: number, at: number): void {
    this.#table[slot] = high;
    this.#table[slot + 1] = low;
    this.#table[slot + 2] = at;
  }

  /** Leaves out what no longer counts; more room if that is not enough. */
  #renew(at: number | "for-ever"): void {
    const before = this.#table;
    const now = at === "for-ever" ? 0 : secondsOf(at);
    const counts = (slot: number) => {
      const time = before[slot + 2] ?? 0;
      return time !== 0 && this.#counts(time, now);
    };
    this.#used = 0;
    for (let slot = 0; slot < before.length; slot += WORDS) if (counts(slot)) this.#used += 1;
    const slots = before.length / WORDS;
    this.#table = new Uint32Array((this.#used > FULL_ENOUGH * slots ? Math.ceil(GROWTH * slots) : slots) * WORDS);
    for (let slot = 0; slot < before.length; slot += WORDS) {
      if (!counts(slot)) continue;
      const [high, low] = [before[slot] ?? 0, before[slot + 1] ?? 0];
      this.#put(this.#slot(high, low), high, low, before[slot + 2] ?? 0);
    }
  }
}

function halves(id: string): [number, number] {
  return [Number.parseInt(id.slice(0, 8), 16) >>> 0, Number.parseInt(id.slice(8, 16), 16) >>> 0];
}

/** Never 0, which marks a free slot. */
function secondsOf(milliseconds: number): number {
  return Math.min(Math.max(1, Math.floor(milliseconds / 1000)), FOR_EVER - 1);
}
