import type { StopFlag } from "../../core/manual-stop.ts";

/*
 * One table for both who obey the manual stop flag: the agent's rules (core/manual-stop.ts) and the fallback's shell script.
 */

export const STOP_RULES = { trustedUsers: ["daemon"], clearAfter: 1800, longestExpiry: 14_400 } as const;

export interface StopFlagCase {
  readonly what: string;
  readonly kind: StopFlag["kind"] | "fifo";
  /** An account that every Debian has. */
  readonly owner: string;
  /** Seconds since it was written; negative for the future. */
  readonly age: number;
  /** `now`: seconds since 1970. */
  readonly content: (now: number) => string;
  /** Whether smsd must stay down. */
  readonly inForce: boolean;
}

const TOUCHED: Omit<StopFlagCase, "what" | "inForce"> = { kind: "file", owner: "root", age: 60, content: () => "" };

function expiring(seconds: number, rest = "[now] stopped by hand\n"): StopFlagCase["content"] {
  return (now) => `expire:${now + seconds}\n${rest}`;
}

export const STOP_FLAG_CASES: readonly StopFlagCase[] = [
  { ...TOUCHED, what: "written by touch a minute ago", inForce: true },
  { ...TOUCHED, what: "written by touch 29 minutes ago", age: 1740, inForce: true },
  { ...TOUCHED, what: "written by touch 31 minutes ago", age: 1860, inForce: false },
  { ...TOUCHED, what: "with free text of an old script", content: () => "[Sat Jan 17 19:44] manual\n", inForce: true },
  { ...TOUCHED, what: "with free text, and old", age: 1860, content: () => "manual\n", inForce: false },
  { ...TOUCHED, what: "that expires in an hour", content: expiring(3600), inForce: true },
  { ...TOUCHED, what: "that expires later, after half an hour", age: 7000, content: expiring(3600), inForce: true },
  { ...TOUCHED, what: "that expired a minute ago", age: 600, content: expiring(-60), inForce: false },
  {
    ...TOUCHED,
    what: "that expires next year, written an hour ago",
    age: 3600,
    content: expiring(31e6),
    inForce: true,
  },
  {
    ...TOUCHED,
    what: "that expires next year, written five hours ago",
    age: 18e3,
    content: expiring(31e6),
    inForce: false,
  },
  { ...TOUCHED, what: "with an expiry of Windows", content: (now) => `expire:${now + 3600}\r\nx\r\n`, inForce: true },
  {
    ...TOUCHED,
    what: "whose Windows expiry is over",
    age: 600,
    content: (now) => `expire:${now - 9}\r\n`,
    inForce: false,
  },
  { ...TOUCHED, what: "with an expiry that is no number", content: () => "expire:soon\n", inForce: true },
  {
    ...TOUCHED,
    what: "with an expiry that is no number, and old",
    age: 1860,
    content: () => "expire:\n",
    inForce: false,
  },
  { ...TOUCHED, what: "with too many digits", age: 1860, content: () => `expire:${"9".repeat(20)}\n`, inForce: false },
  { ...TOUCHED, what: "with leading zeros", age: 600, content: () => "expire:000000000777\n", inForce: false },
  {
    ...TOUCHED,
    what: "with an expiry in its second line",
    age: 1860,
    content: (now) => `x\nexpire:${now + 99}\n`,
    inForce: false,
  },
  { ...TOUCHED, what: "with code in it", content: () => "$(touch /tmp/pwned); expire:1\n`id`\n", inForce: true },
  { ...TOUCHED, what: "of a trusted user", owner: "daemon", inForce: true },
  { ...TOUCHED, what: "of another user", owner: "nobody", inForce: false },
  { ...TOUCHED, what: "from the future", age: -3600, inForce: false },
  { ...TOUCHED, what: "from a clock that is two seconds ahead", age: -2, inForce: true },
  { ...TOUCHED, what: "that is a link", kind: "link", inForce: false },
  { ...TOUCHED, what: "that is a folder", kind: "directory", inForce: false },
  { ...TOUCHED, what: "that is a pipe", kind: "fifo", inForce: false },
];
