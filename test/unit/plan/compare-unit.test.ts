import { expect, test } from "vitest";
import type { UnitState } from "../../../core/ports.ts";
import { compareUnit } from "../../../provision/plan/compare-other.ts";

const DESIRED = {
  kind: "unit",
  id: "unit:modemkeeper.service",
  unit: "modemkeeper.service",
  enabled: true,
  active: true,
  consequences: [],
} as const;

const STATE: UnitState = {
  load: "loaded",
  active: "active",
  starting: false,
  enabled: true,
  fragment: "/etc/systemd/system/modemkeeper.service",
  mainPid: 7,
  needsReload: false,
};

// Right after boot a plan must not say that somebody changed by hand what systemd has not finished starting.
test.each<[string, Partial<UnitState>, readonly string[]]>([
  ["running", {}, []],
  ["being started", { active: "activating", starting: true }, []],
  ["waiting to be tried again after a failure", { active: "activating" }, ["unit-inactive"]],
  ["failed", { active: "failed" }, ["unit-inactive"]],
  ["stopped and disabled", { active: "inactive", enabled: false }, ["unit-disabled", "unit-inactive"]],
])("a unit that is %s", (_, seen, codes) => {
  const actual = { kind: "unit", state: { ...STATE, ...seen } } as const;
  const change = compareUnit(DESIRED, actual, { mayStart: true, recorded: undefined });
  expect(change?.reasons.map(({ code }) => code) ?? []).toEqual(codes);
});
