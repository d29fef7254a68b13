import type { Actual } from "../../core/model/actual.ts";
import type { RecordedResource } from "../../core/model/generation.ts";
import type { Change, Reason } from "../../core/model/plan.ts";
import type { DirectoryResource, PackageResource, UnitResource, UserResource } from "../../core/model/resource.ts";
import { attributeReasons } from "./attributes.ts";

type ActualOf<K extends Actual["kind"]> = Extract<Actual, { kind: K }>;

function change(
  desired: PackageResource | UserResource | DirectoryResource | UnitResource,
  action: Change["action"],
  reasons: readonly Reason[],
  drift = false,
): Change {
  return { id: desired.id, action, reasons, drift, diff: "", consequences: desired.consequences, desired };
}

export function comparePackage(desired: PackageResource, actual: ActualOf<"package">): Change | undefined {
  if (actual.installed) return undefined;
  const version =
    actual.candidate === undefined ? "no version of it can be had" : `version ${actual.candidate} can be had`;
  return change(desired, "add", [{ code: "missing", sentence: `${desired.provides} does not exist; ${version}` }]);
}

export function compareUser(desired: UserResource, actual: ActualOf<"user">): Change | undefined {
  if (!actual.entry) return change(desired, "add", [{ code: "missing", sentence: `there is no user ${desired.name}` }]);
  const memberOf = new Set([actual.entry.group, ...actual.entry.groups]);
  const missing = desired.groups.filter((group) => !memberOf.has(group));
  if (missing.length === 0) return undefined;
  const sentence = `${desired.name} is not in ${missing.join(", ")}, so it cannot open the modem`;
  return change(desired, "change", [{ code: "membership-missing", sentence }]);
}

export function compareDirectory(
  desired: DirectoryResource,
  actual: ActualOf<"directory">,
  recorded: RecordedResource | undefined,
): Change | undefined {
  const { entry } = actual;
  const drift = recorded !== undefined;
  if (!entry) {
    return change(desired, "add", [{ code: "missing", sentence: "it does not exist" }], drift);
  }
  if (entry.kind !== "directory") {
    const sentence = `a ${entry.kind} stands where the folder should be`;
    return change(desired, "replace", [{ code: "wrong-kind", sentence }], drift);
  }
  const reasons = attributeReasons(entry, desired);
  return reasons.length === 0 ? undefined : change(desired, "change", reasons, drift);
}

export function compareUnit(
  desired: UnitResource,
  actual: ActualOf<"unit">,
  context: { readonly mayStart: boolean; readonly recorded: RecordedResource | undefined },
): Change | undefined {
  const { state, lacksProgram } = actual;
  const reasons: Reason[] = [];
  if (desired.enabled && !state.enabled) {
    reasons.push({ code: "unit-disabled", sentence: "it would not start at boot" });
  }
  if (context.mayStart && !lacksProgram && desired.active && state.active !== "active" && !state.starting) {
    reasons.push({ code: "unit-inactive", sentence: `it is ${state.active}` });
  }
  if (reasons.length === 0) return undefined;
  const drift = context.recorded !== undefined;
  return change(desired, drift ? "change" : "add", reasons, drift);
}
