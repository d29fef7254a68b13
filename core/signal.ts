/** Signal strength as people and monitoring read it. */
export interface Signal {
  readonly dbm: number;
  /** 0 (as good as none) to 5. */
  readonly bars: Bars;
}

export type Bars = 0 | 1 | 2 | 3 | 4 | 5;

/**
 * Least +CSQ of each bar. 10, 15 and 20 begin what modem makers call fair, good and excellent; up to 5 (-103 dBm) sending
 * fails often, and at 2 and below nothing works.
 */
const LEAST: readonly (readonly [number, Bars])[] = [
  [20, 5],
  [15, 4],
  [10, 3],
  [6, 2],
  [3, 1],
];

/** What a +CSQ value says: -113 dBm and 2 more for each step (3GPP TS 27.007 §8.5). Undefined for 99, and for whatever is not on that scale. */
export function signalOf(csq: number | undefined): Signal | undefined {
  if (csq === undefined || !Number.isInteger(csq) || csq < 0 || csq > 31) return undefined;
  const bars = LEAST.find(([least]) => csq >= least)?.[1] ?? 0;
  return { dbm: 2 * csq - 113, bars };
}
