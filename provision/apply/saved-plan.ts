import { createHash } from "node:crypto";
import { ModemkeeperError } from "../../core/errors.ts";
import type { ActualState } from "../../core/model/actual.ts";
import type { Plan } from "../../core/model/plan.ts";
import type { DesiredState } from "../../core/model/resource.ts";
import type { Files } from "../../core/ports.ts";
import { recordResource } from "./record.ts";

const FORMAT = "modemkeeper.saved-plan/1";

/** A saved plan holds no content: it is a promise that host and inventory were as they were. */
export interface SavedPlan {
  readonly format: typeof FORMAT;
  /** Absolute path of the inventory it was made from. */
  readonly inventory: string;
  /** Digest of the wish, of what was on the host, and of the changes between them. */
  readonly fingerprint: string;
}

export interface PlanBasis {
  readonly loaded: { readonly file: string; readonly text: string };
  readonly desired: DesiredState;
  readonly actual: ActualState;
  readonly plan: Plan;
}

/** Equal for two plans if, and only if, they were made from the same inventory on the same host and ask for the same. */
export function fingerprint(basis: PlanBasis): string {
  const actual = [...basis.actual.resources].map(([id, state]) => {
    return state.kind === "file" ? [id, state.entry && { ...state.entry, modifiedAt: 0 }] : [id, state];
  });
  const desired = basis.desired.resources.map(recordResource);
  const { consequences, smsd, changes } = basis.plan;
  const asked = changes.map(({ id, action, reasons }) => ({ id, action, reasons }));
  const text = JSON.stringify([basis.loaded.text, desired, actual, consequences, smsd, asked]);
  return createHash("sha256").update(text).digest("hex");
}

export async function savePlan(
  files: Files,
  path: string,
  basis: PlanBasis,
  owner: { readonly owner: string; readonly group: string },
): Promise<void> {
  const saved: SavedPlan = { format: FORMAT, inventory: basis.loaded.file, fingerprint: fingerprint(basis) };
  await files.write(path, { content: `${JSON.stringify(saved, undefined, 2)}\n`, mode: 0o600, ...owner });
}

/** @throws ModemkeeperError precondition-missing if there is no such file, usage if it is no saved plan */
export async function readSavedPlan(files: Files, path: string): Promise<SavedPlan> {
  const entry = await files.read(path);
  if (entry?.kind !== "file") {
    throw new ModemkeeperError("precondition-missing", `there is no saved plan at ${path}`, {
      fix: `provision plan --out ${path}`,
    });
  }
  const saved = parse(entry.content);
  if (saved?.format === FORMAT && typeof saved.inventory === "string" && typeof saved.fingerprint === "string") {
    return { format: FORMAT, inventory: saved.inventory, fingerprint: saved.fingerprint };
  }
  throw new ModemkeeperError("usage", `${path} is not a saved plan`, {
    why: "`provision apply FILE` takes what `provision plan --out FILE` wrote; the inventory is named with -i",
    fix: `provision apply -i ${path}`,
  });
}

function parse(text: string): Partial<Record<keyof SavedPlan, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @throws ModemkeeperError plan-stale if the host or the inventory changed since the plan was saved */
export function refuseIfStale(saved: SavedPlan, basis: PlanBasis): void {
  if (fingerprint(basis) === saved.fingerprint) return;
  throw new ModemkeeperError(
    "plan-stale",
    "the saved plan is stale: the host or the inventory changed since it was made",
    {
      why: "what would be done is not what was read and approved",
      fix: "make a new one with `provision plan --out FILE`, read it, and apply that",
    },
  );
}
