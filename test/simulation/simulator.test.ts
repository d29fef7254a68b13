import { describe, expect, test } from "vitest";
import { decide } from "../../agent/decide/decide.ts";
import { historyOf } from "./history/generate.ts";
import { inventoryOf } from "./history/inventories.ts";
import type { Fault } from "./history/types.ts";
import { MUTANTS } from "./mutants.ts";
import { firstBroken, storyOf } from "./report.ts";
import { shrink } from "./shrink.ts";

/* The simulator itself: it repeats itself, its histories are varied, and what it prints is short. */

describe("histories", () => {
  test("the same seed gives the same story, line by line", () => {
    for (const seed of [1, 2, 3, 40, 500]) {
      expect(storyOf(historyOf(seed), decide)).toEqual(storyOf(historyOf(seed), decide));
    }
  });

  test("a thousand seeds bring about every kind of fault, on one to three modems", () => {
    const histories = Array.from({ length: 1_000 }, (_, seed) => historyOf(seed));
    const kinds = new Set(histories.flatMap(({ faults }) => faults.map(({ fault }) => fault.do)));
    expect([...kinds].sort()).toEqual([...EVERY_KIND].sort());
    expect(new Set(histories.map(({ setup }) => setup.modems.length))).toEqual(new Set([1, 2, 3]));
  });

  test("every setup is an inventory that the loader accepts", () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const { setup } = historyOf(seed);
      expect(inventoryOf(setup).modems).toHaveLength(setup.modems.length);
    }
  });
});

describe("a history that breaks an invariant", () => {
  const mutant = MUTANTS.find(({ name }) => name === "never starts smsd again");
  if (!mutant) throw new Error("there is no such mutant");
  const broken = firstBroken(1, 400, mutant.decide, mutant.caughtBy);
  if (!broken) throw new Error("the mutant was not found");

  test("is told in its shortest form: of all its events only the one that matters", () => {
    const { history, violation } = shrink(historyOf(broken.seed), broken.violation, mutant.decide);
    expect(violation.invariant).toBe(broken.violation.invariant);
    expect(history.faults.length).toBeLessThanOrEqual(1);
    expect(history.setup.modems).toHaveLength(1);
  });

  test("no event can be left out of the shortest form", () => {
    const { history, violation } = shrink(historyOf(broken.seed), broken.violation, mutant.decide);
    for (const fault of history.faults) {
      const shorter = { ...history, faults: history.faults.filter((one) => one !== fault) };
      expect(storyOf(shorter, mutant.decide).join("\n")).not.toContain(`!! ${violation.invariant}`);
    }
  });
});

const EVERY_KIND: readonly Fault["do"][] = [
  "crash-smsd",
  "end-handler",
  "hang",
  "unplug",
  "plug",
  "lose-at-port",
  "lose-link",
  "flag",
  "remove-flag",
  "systemctl",
  "start-stray",
  "command",
  "jump",
  "disk",
  "pin",
  "sim",
  "network",
  "poison",
  "unmovable",
  "spoil",
  "kill-agent",
  "reboot",
  "edit",
  "access-lock",
  "nuisance",
];
