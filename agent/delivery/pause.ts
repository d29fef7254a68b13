import { backoff } from "../decide/backoff.ts";
import { HOUR, MINUTE, SECOND } from "../decide/durations.ts";

const FIRST = SECOND;
const LONGEST = 5 * MINUTE;
/** However long a receiver wants to be left alone: it may have its clock or its units wrong. */
const LONGEST_WISH = HOUR;

/**
 * Milliseconds until a message is tried again after `attempts` failures: doubled each time, half of it by lot, so that
 * messages that failed together do not come back together. The lot is drawn from the key, so it can be told in advance.
 * @param after what the receiver asked for; never less than that, within reason
 */
export function retryPause(key: string, attempts: number, after = 0): number {
  const whole = backoff(attempts, FIRST, LONGEST);
  return Math.max(Math.round(whole * (0.5 + 0.5 * lot(`${key} ${attempts}`))), wished(after));
}

/** What a receiver asked for, within reason; 0 for what is no duration. */
export function wished(after = 0): number {
  return after > 0 ? Math.min(after, LONGEST_WISH) : 0;
}

/** FNV-1a with a final mix (murmur3's), as a number from 0 up to 1: neighbouring texts give unrelated numbers. */
function lot(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
