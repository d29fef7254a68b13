/**
 * The pause after `failures` failures in a row: `first`, doubled with each further failure, never above `longest`.
 * Milliseconds; 0 without a failure.
 */
export function backoff(failures: number, first: number, longest: number): number {
  if (failures <= 0) return 0;
  // 2 ** 40 of anything is above every limit, and larger exponents end in Infinity.
  return Math.min(longest, first * 2 ** Math.min(failures - 1, 40));
}
