import { expect, test } from "vitest";
import { decide } from "../../agent/decide/decide.ts";
import { INVARIANTS } from "./invariants/all.ts";
import { playSeeds } from "./report.ts";

/** How many histories all parts together play; `npm test` asks for 100,000. */
const HISTORIES = Number(process.env.MODEMKEEPER_HISTORIES ?? 2_000);
/** Another first seed plays other histories. */
const FIRST = Number(process.env.MODEMKEEPER_FIRST_SEED ?? 1);
/** As many as there are files that play a part, so that they can run side by side. */
const PARTS = 2;

/** Plays one part of all histories; the message of a failure is the shortest history. */
export function testPart(part: number): void {
  const count = Math.floor(HISTORIES / PARTS);
  const first = FIRST + part * count;
  test(`${INVARIANTS.length} invariants hold in histories ${first} to ${first + count - 1}`, () => {
    const { histories, passes, failures } = playSeeds(first, count, decide);
    expect(failures.join("\n\n")).toBe("");
    expect(histories).toBe(count);
    // A history that the agent hardly looks at would prove nothing.
    expect(passes).toBeGreaterThan(10 * count);
  });
}
