import type { Actual } from "../../core/model/actual.ts";
import type { RecordedResource } from "../../core/model/generation.ts";
import type { Change, Plan } from "../../core/model/plan.ts";
import type { Resource } from "../../core/model/resource.ts";
import { UNIT } from "../desired/paths.ts";
import { compareFile } from "./compare-file.ts";
import { compareLinks } from "./compare-links.ts";
import { compareDirectory, comparePackage, compareUnit, compareUser } from "./compare-other.ts";
import { collectConsequences, smsdEffect } from "./consequences.ts";
import type { PlanInput } from "./input.ts";
import { compareUnwanted } from "./unwanted.ts";

/** Compares the wish with the host. Pure: the same input gives the same plan. */
export function buildPlan(input: PlanInput): Plan {
  const recorded = recordedById(input);
  const wanted = input.desired.flatMap((resource) => toList(compare(resource, input, recorded)));
  const unwanted = compareUnwanted(input.desired, input.actual, input.applied);
  const { changes: linkChanges, devices } = compareLinks(input.links, input.actual);
  const changes = [...wanted, ...unwanted, ...linkChanges];
  const consequences = collectConsequences(changes, input);
  return {
    changes,
    consequences,
    smsd: smsdEffect(changes, consequences, input),
    triggerDevices: consequences.includes("reload-udev")
      ? input.links.map((link) => link.device).filter(unique)
      : devices,
    straySmsd: input.actual.straySmsd,
    notes: [...interruptionNote(input), ...programNotes(input), ...input.notes],
    counts: {
      add: changes.filter((change) => change.action === "add").length,
      change: changes.filter((change) => change.action === "change" || change.action === "replace").length,
      remove: changes.filter((change) => change.action === "remove").length,
    },
  };
}

function interruptionNote({ interrupted }: PlanInput): readonly string[] {
  if (!interrupted) return [];
  const { number, cause, startedAt } = interrupted;
  return [`generation ${number} (${cause}, ${startedAt}) was cut off before its end; this finishes it`];
}

/** Its unit waits for it; nothing else of the host does. */
function programNotes({ desired, actual }: PlanInput): readonly string[] {
  return desired.flatMap((resource) => {
    const state = actual.resources.get(resource.id);
    if (resource.kind !== "unit" || state?.kind !== "unit" || !state.lacksProgram) return [];
    return [`${resource.unit} does not start before ${resource.program} is installed: sudo ./bootstrap.sh installs it`];
  });
}

function unique(value: string, index: number, all: readonly string[]): boolean {
  return all.indexOf(value) === index;
}

function toList(change: Change | undefined): Change[] {
  return change ? [change] : [];
}

/** What was written last under each id; an interrupted apply counts where nothing older is known. */
function recordedById(input: PlanInput): ReadonlyMap<string, RecordedResource> {
  const generations = [input.interrupted, input.applied].flatMap((generation) => (generation ? [generation] : []));
  return new Map(generations.flatMap((generation) => generation.resources.map((resource) => [resource.id, resource])));
}

function compare(
  desired: Resource,
  input: PlanInput,
  recordedOf: ReadonlyMap<string, RecordedResource>,
): Change | undefined {
  const actual = input.actual.resources.get(desired.id);
  const recorded = recordedOf.get(desired.id);
  switch (desired.kind) {
    case "package":
      return comparePackage(desired, ofKind(actual, "package", desired.id));
    case "user":
      return compareUser(desired, ofKind(actual, "user", desired.id));
    case "directory":
      return compareDirectory(desired, ofKind(actual, "directory", desired.id), recorded);
    case "file":
      return compareFile(desired, ofKind(actual, "file", desired.id), recorded?.kind === "file" ? recorded : undefined);
    case "unit": {
      const stopped = desired.unit === UNIT && input.stoppedOnPurpose;
      const mayStart = input.actual.systemdRunning && !stopped;
      return compareUnit(desired, ofKind(actual, "unit", desired.id), { mayStart, recorded });
    }
  }
}

function ofKind<K extends Actual["kind"]>(
  actual: Actual | undefined,
  kind: K,
  id: string,
): Extract<Actual, { kind: K }> {
  if (actual?.kind !== kind) throw new TypeError(`${id} was not read before it was compared`);
  return actual as Extract<Actual, { kind: K }>;
}
