import type { SmsdLogLine } from "../../../core/smsd-log.ts";
import type { DoctorFacts } from "../facts.ts";
import { type DoctorCheck, duration, fault, orFine, seen, type Verdict, warning } from "./verdict.ts";

/** Clocks differ by seconds; a file from further ahead was written under another time. */
const CLOCK_SLACK = 60_000;
/** smsd's log has local time, which goes back by an hour each autumn. */
const BACK = 70 * 60_000;
/** smsd writes a line for each poll. */
const AHEAD = 86_400_000;

export const CLOCK_CHECK: DoctorCheck = {
  name: "clock",
  title: "clock",
  looksAt:
    "Whether a time service has set the time, whether files come from the future, and whether the clock jumped while smsd ran.",
  why: "Boards without a clock battery start in the past. Then certificates are not valid, signed webhooks are refused and the age of a manual stop flag is wrong.",
  advice:
    "`timedatectl set-ntp true` (package systemd-timesyncd or chrony); without a network, a clock with a battery.",
  judge: judgeClock,
};

function judgeClock({ system, smsd, now }: DoctorFacts): readonly Verdict[] {
  const ahead = seen(system.newestFile, (file) => {
    if (!file || file.modifiedAt <= now + CLOCK_SLACK) return [];
    const behind = duration(file.modifiedAt - now);
    const sentence = `The clock is ${behind} behind: it shows ${iso(now)}, but ${file.path} was written at ${iso(file.modifiedAt)}.`;
    return [fault(sentence, "Set it: `timedatectl set-ntp true`, or `date -s` by hand.")];
  });
  const service = seen(system.time, ({ synchronized, enabled }) => {
    if (synchronized) return [];
    const fix = enabled ? "See `timedatectl timesync-status`: can it reach its server?" : "`timedatectl set-ntp true`";
    return [warning(`No time service has set the clock${enabled ? " yet" : ", and none is switched on"}.`, fix)];
  });
  const jumps = seen(smsd.log, judgeJumps);
  // Without smsd's log no jump is known; that the log cannot be read its own check says.
  const jumped = jumps.filter(({ unknown }) => !unknown);
  return orFine([...ahead, ...service, ...jumped], `The clock is set: ${iso(now)}.`);
}

function iso(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime())
    ? "an impossible time"
    : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** A step between two lines of smsd's log: a board without a clock battery starts in the past, and is set later. */
function judgeJumps(lines: readonly SmsdLogLine[]): readonly Verdict[] {
  const times = lines.map(({ time }) => Date.parse(`${time.replace(" ", "T")}Z`)).filter((time) => !Number.isNaN(time));
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const jump = steps.findLast((step) => step < -BACK || step > AHEAD);
  if (jump === undefined) return [];
  const sentence = `The clock jumped ${jump < 0 ? "back" : "ahead"} by ${duration(jump)} while smsd ran.`;
  return [warning(sentence, "A clock with a battery, or `fake-hwclock`, keeps the time over a restart.")];
}
