import type { Change, SmsdEffect } from "../../core/model/plan.ts";
import type { Consequence } from "../../core/model/resource.ts";
import { UNIT } from "../desired/paths.ts";
import type { PlanInput } from "./input.ts";

/** The order in which they are carried out, each at most once. */
const ORDER: readonly Consequence[] = [
  "reload-systemd",
  "reload-udev",
  "apply-tmpfiles",
  "restart-smsd",
  "restart-agent",
];

/** What must happen once after the changes; consequences that the host cannot have now (no systemd, no udevd) are left to its next boot. */
export function collectConsequences(changes: readonly Change[], input: PlanInput): readonly Consequence[] {
  const { actual, interrupted } = input;
  const due = new Set([...changes.flatMap((change) => change.consequences), ...(interrupted?.consequences ?? [])]);
  if (unitsNeedReload(input)) due.add("reload-systemd");
  return ORDER.filter((consequence) => {
    if (!due.has(consequence)) return false;
    return consequence === "reload-udev" || consequence === "apply-tmpfiles"
      ? actual.udevRunning
      : actual.systemdRunning;
  });
}

function unitsNeedReload(input: PlanInput): boolean {
  return [...input.actual.resources.values()].some((actual) => actual.kind === "unit" && actual.state.needsReload);
}

/** What the plan does to smsd. It is never started twice: a restart covers a start. */
export function smsdEffect(
  changes: readonly Change[],
  consequences: readonly Consequence[],
  input: PlanInput,
): SmsdEffect {
  const id = `unit:${UNIT}`;
  const unit = input.desired.find((resource) => resource.id === id);
  if (!unit) return changes.some((change) => change.id === id) ? "stops" : "untouched";
  if (!input.actual.systemdRunning) return changes.length > 0 ? "at-boot" : "untouched";
  const state = input.actual.resources.get(unit.id);
  const active = state?.kind === "unit" && state.state.active === "active";
  if (!active) return input.stoppedOnPurpose ? "stays-stopped" : "starts";
  return consequences.includes("restart-smsd") || input.actual.straySmsd.length > 0 ? "restarts" : "untouched";
}
