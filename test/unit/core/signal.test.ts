import { expect, test } from "vitest";
import { signalOf } from "../../../core/signal.ts";

test.each([
  [0, -113, 0],
  [2, -109, 0],
  [3, -107, 1],
  [5, -103, 1],
  [6, -101, 2],
  [10, -93, 3],
  [15, -83, 4],
  [20, -73, 5],
  [31, -51, 5],
])("+CSQ %i is %i dBm and %i bars", (csq, dbm, bars) => {
  expect(signalOf(csq)).toEqual({ dbm, bars });
});

test.each([undefined, 99, 32, 199, -1, 1.5, Number.NaN])("+CSQ %s says nothing", (csq) => {
  expect(signalOf(csq)).toBeUndefined();
});
