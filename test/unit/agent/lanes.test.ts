import { expect, test } from "vitest";
import { type Ended, Lanes } from "../../../agent/lanes.ts";
import type { IssuedStep, Outcome } from "../../../agent/model/step.ts";

/*
 * Steps of different subjects run side by side, two of one subject never, and how each ended is told until somebody has
 * decided upon it.
 */

const start: IssuedStep = { subject: "smsd", step: { do: "start-smsd" }, reason: { code: "smsd-down", sentence: "" } };
const reset: IssuedStep = {
  subject: "modem:a",
  step: { do: "usb-reset", modem: "a", device: "1-1" },
  reason: { code: "rung-tried", sentence: "" },
};

function bench() {
  let now = 0;
  const ends = new Map<string, (ended: Ended) => void>();
  const told: Outcome[] = [];
  const lanes = new Lanes(
    { now: () => now, bootId: "boot" },
    (issued) => new Promise((resolve) => ends.set(issued.subject, resolve)),
    (outcome) => told.push(outcome),
  );
  return {
    lanes,
    told,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    end: async (subject: string, ended: Ended) => {
      ends.get(subject)?.(ended);
      await new Promise(setImmediate);
    },
  };
}

test("subjects side by side; one at a time for each", () => {
  const { lanes } = bench();
  lanes.start(start);
  lanes.start(reset);
  expect(lanes.running.map(({ subject }) => subject)).toEqual(["smsd", "modem:a"]);
  expect(() => lanes.start(start)).toThrow("two steps at once for smsd");
});

test("an outcome stays until it is acknowledged", async () => {
  const { lanes, told, pass, end } = bench();
  lanes.start(start);
  pass(1500);
  await end("smsd", { ok: true, detail: "smsd runs" });
  expect(lanes.running).toEqual([]);
  const expected = { subject: "smsd", step: start.step, startedAt: 0, finishedAt: 1500, ok: true, detail: "smsd runs" };
  expect(lanes.outcomes).toEqual([expected]);
  expect(told).toEqual([expected]);
  const shown = lanes.outcomes;
  lanes.start(start);
  await end("smsd", { ok: false, detail: "no" });
  lanes.acknowledge(shown);
  expect(lanes.outcomes.map(({ detail }) => detail)).toEqual(["no"]);
});

test("an executor that throws is a failed step, not the end of the agent", async () => {
  const lanes = new Lanes(
    { now: () => 0, bootId: "boot" },
    async () => {
      throw new Error("the disk is full");
    },
    () => {},
  );
  lanes.start(start);
  await lanes.idle();
  expect(lanes.outcomes).toMatchObject([{ ok: false, detail: "the disk is full" }]);
});

test("a step that never ends is noticed", () => {
  const { lanes, pass } = bench();
  lanes.start(start);
  pass(299_000);
  expect(() => lanes.assertMoving()).not.toThrow();
  pass(2_000);
  expect(() => lanes.assertMoving()).toThrow("a step for smsd has not ended within 300 s");
});
