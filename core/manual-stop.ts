/*
 * The manual stop flag: a file that says "a person stopped smsd on purpose".
 * First line `expire:EPOCH` if it has an expiry, then a line for people. Legacy flags are empty or free text.
 */

/** What is at the flag's path, as far as it matters. */
export interface StopFlag {
  readonly kind: "file" | "directory" | "link" | "other";
  readonly owner: string;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
  /** Empty for anything but a file. */
  readonly content: string;
}

export interface StopRules {
  /** Users beside root whose flag counts. */
  readonly trustedUsers: readonly string[];
  /** Seconds; a flag without an expiry is no longer obeyed after this. */
  readonly clearAfter: number;
  /** Seconds; an expiry further ahead than this is cut to it. */
  readonly longestExpiry: number;
}

export interface StopVerdict {
  /** True while smsd must not be started. */
  readonly inForce: boolean;
  /** One sentence: since when and until when, or why the flag does not count. */
  readonly sentence: string;
}

/** Clocks of two programs may differ by this much, milliseconds. */
const CLOCK_SLACK = 5_000;

/** Whether a flag forbids to start smsd at `now` (milliseconds since 1970). */
export function judgeStopFlag(flag: StopFlag, rules: StopRules, now: number): StopVerdict {
  const ignored = (why: string): StopVerdict => ({
    inForce: false,
    sentence: `the manual stop flag is ignored: ${why}`,
  });
  if (flag.kind !== "file") return ignored(`it is a ${flag.kind}, not a file`);
  if (flag.owner !== "root" && !rules.trustedUsers.includes(flag.owner)) {
    return ignored(`it belongs to ${flag.owner}, who is not trusted to stop smsd`);
  }
  if (flag.modifiedAt > now + CLOCK_SLACK) return ignored("it was written in the future");
  const until = endOf(flag, rules);
  const since = new Date(flag.modifiedAt).toISOString();
  const end = new Date(until).toISOString();
  if (now >= until) return ignored(`it was set at ${since} and ran out at ${end}`);
  return { inForce: true, sentence: `${flag.owner} stopped smsd on purpose at ${since}; that holds until ${end}` };
}

function endOf(flag: StopFlag, rules: StopRules): number {
  const expiry = /^expire:(\d{1,12})\s*$/m.exec(flag.content.split("\n", 1)[0] ?? "")?.[1];
  if (expiry === undefined) return flag.modifiedAt + rules.clearAfter * 1000;
  return Math.min(Number(expiry) * 1000, flag.modifiedAt + rules.longestExpiry * 1000);
}
