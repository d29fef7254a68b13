import type { Diagnostic } from "../../core/diagnostics.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import type { ModemModel } from "../../core/model/modem-model.ts";
import { modelFrom } from "../models/parse.ts";
import { normalise } from "./normalise.ts";
import type { RawInventory } from "./raw.ts";
import { RULES } from "./rules/all.ts";
import { childOf } from "./schema-at.ts";
import { checkShape } from "./shape.ts";
import { shapeValidator } from "./shape-validator.ts";
import { readSource } from "./source.ts";

export interface LoadInput {
  /** Name of the file, for messages. */
  readonly file: string;
  readonly text: string;
  readonly catalogue: readonly ModemModel[];
}

export interface LoadResult {
  /** Present if no diagnostic is an error. */
  readonly inventory?: Inventory;
  /** All problems and remarks, in the order of the file. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Beyond this many, the file is not an inventory with mistakes but another file. */
const MAX_DIAGNOSTICS = 200;

/** Reads an inventory: shape, then defaults, then named rules. Reports everything at once and never throws. */
export function loadInventory({ file, text, catalogue }: LoadInput): LoadResult {
  const read = readSource(file, text);
  if (read.source === undefined) return { diagnostics: inOrder(read.diagnostics) };
  const shape = checkShape(read.source, shapeValidator());
  if (shape.fitting === undefined) return { diagnostics: inOrder(shape.diagnostics) };
  const raw = shape.fitting.value as RawInventory;
  const models = knownModels(raw, catalogue);
  const inventory = normalise(raw, models);
  const declared = { models: namesIn(read.source.value, "models"), modems: namesIn(read.source.value, "modems") };
  const context = { raw, inventory, models, catalogue, declared, at: shape.fitting.locate };
  const diagnostics = inOrder([...shape.diagnostics, ...RULES.flatMap((rule) => rule(context))]);
  const broken = diagnostics.some(({ severity }) => severity === "error");
  return broken ? { diagnostics } : { inventory, diagnostics };
}

/** The inventory's own models come last and win, so that a wrong row can be corrected in the field. */
function knownModels(raw: RawInventory, catalogue: readonly ModemModel[]): ReadonlyMap<string, ModemModel> {
  const own = (raw.models ?? []).map((model) => modelFrom(model, true));
  return new Map([...catalogue, ...own].map((model) => [model.name, model]));
}

function namesIn(root: unknown, section: "models" | "modems"): ReadonlySet<unknown> {
  const entries = childOf(root, section);
  return new Set(Array.isArray(entries) ? entries.map((entry) => childOf(entry, "name")) : []);
}

/** Sorted by place; what an alias repeats is said once. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const distinct = new Map(diagnostics.map((one) => [JSON.stringify([one.rule, one.what, one.range]), one]));
  const sorted = [...distinct.values()].sort(
    (a, b) => (a.range?.line ?? 0) - (b.range?.line ?? 0) || (a.range?.column ?? 0) - (b.range?.column ?? 0),
  );
  return sorted.slice(0, MAX_DIAGNOSTICS);
}
