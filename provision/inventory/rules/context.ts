import type { Diagnostic, SourceRange } from "../../../core/diagnostics.ts";
import type { Inventory } from "../../../core/model/inventory.ts";
import type { ModemModel } from "../../../core/model/modem-model.ts";
import type { KeyPath } from "../key-path.ts";
import type { RawInventory } from "../raw.ts";

/** What a rule may look at: the inventory as written and as meant. */
export interface RuleContext {
  readonly raw: RawInventory;
  readonly inventory: Inventory;
  /** Every model that may be named: the catalogue, then the inventory's own. */
  readonly models: ReadonlyMap<string, ModemModel>;
  readonly catalogue: readonly ModemModel[];
  /** Names that stand in the file, those of entries too broken to be looked at included. */
  readonly declared: { readonly models: ReadonlySet<unknown>; readonly modems: ReadonlySet<unknown> };
  at(path: KeyPath, part?: "value" | "key"): SourceRange;
}

/** NUMBER_OF_MODEMS of the packaged smsd; 65 are an error at its start. */
export const MAX_MODEMS = 64;

/** A rule looks at one thing and has one name; it returns everything it finds. */
export type Rule = (context: RuleContext) => readonly Diagnostic[];

export function problem(rule: string, range: SourceRange, what: string, why: string, fix: string): Diagnostic {
  return { severity: "error", rule, what, why, fix, range };
}

export function remark(rule: string, range: SourceRange, what: string, why: string, fix: string): Diagnostic {
  return { severity: "warning", rule, what, why, fix, range };
}
