import { expect, test } from "vitest";
import { SignalHistory } from "../../../../agent/metrics/signal-history.ts";
import type { Outcome, ProbeResult } from "../../../../agent/model/step.ts";

const MINUTE = 60_000;
const WALL = Date.parse("2030-01-17T19:44:00Z");

/** A full probe that ended so many minutes after the beginning. */
function probe(minutes: number, result: Partial<ProbeResult> = {}, full = true, modem = "LEFT"): Outcome {
  const finishedAt = 5_000_000 + minutes * MINUTE;
  return {
    subject: `modem:${modem}`,
    step: { do: "probe", modem, via: "second", tty: "ttyUSB3", full },
    ...{ startedAt: finishedAt - 500, finishedAt, ok: true, detail: "" },
    probe: { answered: true, signal: 20, ...result },
  };
}

function heard(...outcomes: readonly Outcome[]): SignalHistory {
  const history = new SignalHistory();
  for (const outcome of outcomes) history.heard(outcome, WALL + outcome.finishedAt - 5_000_000);
  return history;
}

test("a sample for each full probe that was answered, by modem, in dBm", () => {
  const history = heard(
    probe(0),
    probe(0, { signal: 31 }, true, "RIGHT"),
    probe(5, { signal: 0 }),
    probe(10, { signal: 99 }),
  );
  expect(history.samples()).toEqual({
    LEFT: [
      { at: "2030-01-17T19:44:00.000Z", dbm: -73 },
      { at: "2030-01-17T19:49:00.000Z", dbm: -113 },
      { at: "2030-01-17T19:54:00.000Z" },
    ],
    RIGHT: [{ at: "2030-01-17T19:44:00.000Z", dbm: -51 }],
  });
});

test("a probe that asked for little, got no answer or was none brings nothing", () => {
  const reset: Outcome = { ...probe(5), step: { do: "start-smsd" } };
  const { probe: _, ...unasked } = probe(5);
  expect(heard(probe(5, {}, false), probe(5, { answered: false }), reset, unasked).samples()).toEqual({});
});

test("at most one every five minutes, whatever the wall clock says", () => {
  const history = new SignalHistory();
  for (const minutes of [0, 1, 4, 4.5, 5, 9.5]) history.heard(probe(minutes), WALL);
  expect(history.samples().LEFT).toHaveLength(3);
});

test("a day at most, the newest of it; a modem that nobody wants any more is forgotten", () => {
  const history = heard(...Array.from({ length: 400 }, (_, index) => probe(index * 5)), probe(0, {}, true, "RIGHT"));
  const samples = history.samples().LEFT ?? [];
  expect(samples).toHaveLength(288);
  expect(Date.parse(samples[0]?.at ?? "")).toBe(WALL + 112 * 5 * MINUTE);
  history.retain(["LEFT"]);
  expect(Object.keys(history.samples())).toEqual(["LEFT"]);
});
