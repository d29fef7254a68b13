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

/** How long a flag holds. A duration, since both of its times were taken from the clock it was written by. */
export interface StopTerms {
  /** Milliseconds from its writing; not above 0 if it had run out when it was written. */
  readonly lasts: number;
  /** Whether it names its end itself. */
  readonly expires: boolean;
}

/** Clocks of two programs may differ by this much, milliseconds. */
export const CLOCK_SLACK = 5_000;

/** Whether a flag forbids to start smsd at `now` (milliseconds since 1970), by the wall clock alone. */
export function judgeStopFlag(flag: StopFlag, rules: StopRules, now: number): StopVerdict {
  const refusal = refusalOf(flag, rules) ?? (isFromFuture(flag, now) ? FROM_FUTURE : undefined);
  if (refusal !== undefined) return ignored(refusal);
  const until = flag.modifiedAt + termsOf(flag, rules).lasts;
  const since = timeText(flag.modifiedAt);
  if (now >= until) return ignored(`it was set at ${since} and ran out at ${timeText(until)}`);
  return {
    inForce: true,
    sentence: `${flag.owner} stopped smsd on purpose at ${since}; that holds until ${timeText(until)}`,
  };
}

function ignored(why: string): StopVerdict {
  return { inForce: false, sentence: `the manual stop flag is ignored: ${why}` };
}

/** Why a flag does not count whatever the time is; undefined if it counts. */
export function refusalOf(flag: StopFlag, rules: Pick<StopRules, "trustedUsers">): string | undefined {
  if (flag.kind !== "file") return `it is a ${flag.kind}, not a file`;
  if (flag.owner === "root" || rules.trustedUsers.includes(flag.owner)) return undefined;
  return `it belongs to ${flag.owner}, who is not trusted to stop smsd`;
}

/** Why a flag with a time ahead of the clock does not count. */
export const FROM_FUTURE = "it was written in the future";

export function isFromFuture(flag: StopFlag, now: number): boolean {
  return flag.modifiedAt > now + CLOCK_SLACK;
}

/** How long a flag holds from when it was written: until its own `expire:` (at most the longest expiry), else `clearAfter`. */
export function termsOf(flag: StopFlag, rules: Pick<StopRules, "clearAfter" | "longestExpiry">): StopTerms {
  const expiry = /^expire:(\d{1,12})\s*$/m.exec(flag.content.split("\n", 1)[0] ?? "")?.[1];
  if (expiry === undefined) return { lasts: rules.clearAfter * 1000, expires: false };
  return { lasts: Math.min(Number(expiry) * 1000 - flag.modifiedAt, rules.longestExpiry * 1000), expires: true };
}

/** What a flag's line for people says: `modemkeeper smsd stop` names who and why, scripts write what they like. */
export function stopNote({ content }: Pick<StopFlag, "content">): { readonly by?: string; readonly reason?: string } {
  const lines = content.split("\n").map((line) => line.trim());
  const line = lines.find((one) => one !== "" && !/^expire:\d+$/.test(one));
  if (line === undefined) return {};
  const [, by, reason] = /^\[[^\]]*\] smsd was stopped by ([^:]{1,64})(?:: (.*))?$/.exec(line) ?? [];
  if (by === undefined) return { reason: line };
  return { by, ...(reason === undefined ? {} : { reason }) };
}

/** Milliseconds since 1970 as people read them; a file's time may lie beyond what a date can say. */
export function timeText(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "an impossible time" : date.toISOString();
}
