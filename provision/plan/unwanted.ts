import type { ActualState } from "../../core/model/actual.ts";
import type { Generation, RecordedResource } from "../../core/model/generation.ts";
import type { Change } from "../../core/model/plan.ts";
import type { Resource } from "../../core/model/resource.ts";
import { unifiedDiff } from "./text-diff.ts";

/** Files and units that the last apply wrote and nobody wants any more. Packages, users and folders with messages stay. */
export function compareUnwanted(
  desired: readonly Resource[],
  actual: ActualState,
  applied: Generation | undefined,
): readonly Change[] {
  const wanted = new Set(desired.map((resource) => resource.id));
  const gone = (applied?.resources ?? []).filter((resource) => !wanted.has(resource.id));
  return gone.filter((resource) => stillThere(resource, actual)).map((resource) => removal(resource, actual));
}

function stillThere(resource: RecordedResource, actual: ActualState): boolean {
  const state = actual.resources.get(resource.id);
  if (state?.kind === "file") return state.entry !== undefined;
  return state?.kind === "unit" && (state.state.enabled || state.state.active === "active");
}

function removal(resource: RecordedResource, actual: ActualState): Change {
  const state = actual.resources.get(resource.id);
  const shown = state?.kind === "file" ? state.shown : undefined;
  return {
    id: resource.id,
    action: "remove",
    reasons: [{ code: "no-longer-wanted", sentence: "the inventory does not ask for it any more" }],
    drift: false,
    diff: resource.kind === "file" ? unifiedDiff(resource.path, shown, undefined) : "",
    // There is no file left whose lines could be carried out.
    consequences: resource.kind === "file" ? resource.consequences.filter((one) => one !== "apply-tmpfiles") : [],
  };
}
