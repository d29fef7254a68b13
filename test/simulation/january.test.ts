import { describe, expect, test } from "vitest";
import { decide } from "../../agent/decide/decide.ts";
import type { History } from "./history/types.ts";
import { play } from "./run/driver.ts";

/*
 * The outage of 17 January 2026, minute by minute. At 19:44 a person stopped smsd for debugging; at 19:52 a configurator
 * started it again by systemctl and left the flag; at 19:53 smsd crashed, and the monitor of those days saw the flag and
 * refused to start it, every two minutes, until 21:38.
 */
const BEGIN = clock("19:40:00");

const HISTORY: History = {
  seed: 17,
  setup: {
    modems: [{ model: "SIM7600", pin: false }],
    interval: 15,
    failures: 3,
    rungs: ["restart-smsd", "at-reset", "usb-reset", "usb-authorize"],
    longestBackoff: 3_600,
    begins: "running",
  },
  faults: [
    { at: at("19:44:00"), fault: { do: "flag", by: "root", says: "nothing", andThen: "kill-smsd" } },
    { at: at("19:52:00"), fault: { do: "systemctl", verb: "start" } },
    { at: at("19:53:10"), fault: { do: "crash-smsd", way: "killed" } },
  ],
  span: at("21:38:00"),
  flagAtEnd: "stays",
};

interface Line {
  readonly at: number;
  readonly text: string;
}

const lines: Line[] = [];
const result = play(HISTORY, decide, (when, text) => lines.push({ at: when, text }));

describe("17 January 2026", () => {
  test("every invariant holds, and all is well in the end", () => {
    expect(result.violation).toBeUndefined();
  });

  test("while the person debugs, smsd stays down: eight minutes on purpose", () => {
    const during = lines.filter((line) => line.at > at("19:44:01") && line.at < at("19:52:00"));
    expect(during.filter(({ text }) => /^smsd runs|^step start-smsd/.test(text))).toEqual([]);
  });

  test("the forgotten flag is gone within two seconds of the start, and the timeline says why", () => {
    const cleared = lines.find(({ text }) => text === "the flag is cleared");
    expect(cleared?.at).toBeGreaterThanOrEqual(at("19:52:00"));
    expect(cleared?.at).toBeLessThanOrEqual(at("19:52:02"));
    expect(said(/smsd clear-flag path="\/tmp\/smsd_manual_stop"|step clear-flag .*left behind|leftover/)).not.toEqual(
      [],
    );
  });

  test("after the crash smsd is back within seconds, not hours", () => {
    const gone = at("19:53:10");
    const back = lines.find((line) => line.at >= gone && line.text === "smsd runs");
    expect((back?.at ?? Number.POSITIVE_INFINITY) - gone).toBeLessThanOrEqual(5_000);
  });

  test("outage that nobody wanted: less than five seconds in two hours", () => {
    expect(downBetween(at("19:52:01"), at("21:38:00"))).toBeLessThan(5_000);
  });

  test("the person is told at ten minutes of a stop that lasts, and of the crash", () => {
    expect(said(/^begun critical smsd smsd-down/)).toHaveLength(1);
    expect(said(/^over critical smsd smsd-down/)).toHaveLength(1);
  });
});

function said(pattern: RegExp): readonly Line[] {
  return lines.filter(({ text }) => pattern.test(text));
}

/** Milliseconds without smsd. */
function downBetween(from: number, to: number): number {
  let down = 0;
  let since: number | undefined;
  for (const { at: when, text } of lines) {
    if (text.startsWith("smsd is gone")) since = when;
    if (text !== "smsd runs" || since === undefined) continue;
    down += Math.max(0, Math.min(when, to) - Math.max(since, from));
    since = undefined;
  }
  return since === undefined ? down : down + Math.max(0, to - Math.max(since, from));
}

function at(time: string): number {
  return clock(time) - BEGIN;
}

function clock(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000;
}
