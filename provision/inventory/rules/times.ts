import { parseDuration } from "../durations.ts";
import type { KeyPath } from "../key-path.ts";
import type { RawDuration } from "../raw.ts";
import { problem, type Rule, type RuleContext, remark } from "./context.ts";

interface Limit {
  readonly path: KeyPath;
  readonly value: RawDuration | undefined;
  readonly min: number;
  readonly max: number;
  /** Zero means off or for ever. */
  readonly zero?: boolean;
  readonly why: string;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

function limits({ raw }: RuleContext): readonly Limit[] {
  const { manual_stop: stop, watchdog, notify, incoming, access_lock: lock } = raw;
  const boot = "Shorter, and the modem is reset while it starts; longer, and a dead one waits that long.";
  return [
    {
      path: ["watchdog", "interval"],
      value: watchdog?.interval,
      min: 5,
      max: HOUR,
      why: "Checks take a moment each; rare ones find faults late.",
    },
    {
      path: ["watchdog", "longest_backoff"],
      value: watchdog?.longest_backoff,
      min: 60,
      max: DAY,
      why: "Repairs too close to each other do harm; too far apart, the service stays down.",
    },
    {
      path: ["manual_stop", "warn_after"],
      value: stop?.warn_after,
      min: 60,
      max: DAY,
      why: "It is the time that a person needs to work in peace.",
    },
    {
      path: ["manual_stop", "clear_after"],
      value: stop?.clear_after,
      min: 60,
      max: DAY,
      why: "A forgotten flag keeps the service down for this long.",
    },
    {
      path: ["manual_stop", "longest_expiry"],
      value: stop?.longest_expiry,
      min: 60,
      max: 7 * DAY,
      why: "A flag with a far expiry keeps the service down until then.",
    },
    {
      path: ["notify", "heartbeat"],
      value: notify?.heartbeat,
      min: 10,
      max: 7 * DAY,
      zero: true,
      why: "The far end notices silence after this long.",
    },
    {
      path: ["incoming", "keep_for"],
      value: incoming?.keep_for,
      min: DAY,
      max: 3650 * DAY,
      zero: true,
      why: "Kept messages fill the disk; deleted ones are gone.",
    },
    {
      path: ["incoming", "duplicate_window"],
      value: incoming?.duplicate_window,
      min: 60,
      max: 30 * DAY,
      why: "A second copy may come after smsd was down for long; a message that was really sent twice has another time in it.",
    },
    {
      path: ["access_lock", "held_warning_after"],
      value: lock?.held_warning_after,
      min: 1,
      max: HOUR,
      why: "Everybody else waits for the lock.",
    },
    ...(raw.models ?? []).map(
      (model, index): Limit => ({
        path: ["models", index, "boot_time"],
        value: model.boot_time,
        min: 1,
        max: 600,
        why: boot,
      }),
    ),
    ...(["incoming", "notify"] as const).flatMap((section) =>
      (raw[section]?.sinks ?? []).flatMap((sink, index): Limit[] => [
        {
          path: [section, "sinks", index, "timeout"],
          value: sink.timeout as RawDuration | undefined,
          min: 1,
          max: 300,
          why: "Other deliveries wait meanwhile.",
        },
        {
          path: [section, "sinks", index, "retry_for"],
          value: sink.retry_for as RawDuration | undefined,
          min: 0,
          max: 365 * DAY,
          why: "After that the delivery is given up.",
        },
      ]),
    ),
  ];
}

export const sensibleTimes: Rule = (context) =>
  limits(context).flatMap(({ path, value, min, max, zero = false, why }) => {
    if (value === undefined) return [];
    const seconds = parseDuration(value);
    if ((seconds >= min && seconds <= max) || (zero && seconds === 0)) return [];
    const range = `${spoken(min)} to ${spoken(max)}${zero ? ", or 0" : ""}`;
    return [
      problem("duration-range", context.at(path), `\`${path.at(-1)}\` is ${spoken(seconds)}.`, why, `Write ${range}.`),
    ];
  });

/** Seconds in the largest unit that divides them. */
function spoken(seconds: number): string {
  if (seconds > 0 && seconds % DAY === 0) return `${seconds / DAY}d`;
  if (seconds > 0 && seconds % HOUR === 0) return `${seconds / HOUR}h`;
  if (seconds > 0 && seconds % 60 === 0) return `${seconds / 60}m`;
  return `${seconds}s`;
}

export const manualStopOrder: Rule = ({ raw, inventory, at }) => {
  const { warnAfter, clearAfter, longestExpiry } = inventory.manualStop;
  const clear = raw.manual_stop?.clear_after === undefined ? "warn_after" : "clear_after";
  const found = [];
  if (warnAfter >= clearAfter) {
    found.push(
      problem(
        "manual-stop-order",
        at(["manual_stop", clear]),
        `The flag is cleared (after ${spoken(clearAfter)}) before anybody is warned (after ${spoken(warnAfter)}).`,
        "The warning is for the person who still works on it.",
        "Make `warn_after` shorter than `clear_after`.",
      ),
    );
  }
  if (clearAfter > 4 * HOUR || longestExpiry > 12 * HOUR) {
    const key = clearAfter > 4 * HOUR ? "clear_after" : "longest_expiry";
    found.push(
      remark(
        "manual-stop-long",
        at(["manual_stop", key]),
        `A forgotten flag may keep smsd down for ${spoken(Math.max(clearAfter, longestExpiry))}.`,
        "The flag is meant for minutes of work by hand; nothing is sent or received meanwhile.",
        "Shorten it, and use `modemkeeper smsd stop --for` where more time is needed.",
      ),
    );
  }
  return found;
};
