import type { Consequence, Resource } from "./resource.ts";

export type Action = "add" | "change" | "replace" | "remove";

/** Stable names of why a resource changes; views, logs and JSON share them. */
export type ReasonCode =
  | "missing"
  | "content-differs"
  | "attributes-differ"
  | "changed-by-hand"
  | "foreign-file"
  | "wrong-kind"
  | "no-longer-wanted"
  | "membership-missing"
  | "unit-disabled"
  | "unit-inactive"
  | "link-missing"
  | "link-wrong";

export interface Reason {
  readonly code: ReasonCode;
  /** One sentence. */
  readonly sentence: string;
}

export interface Change {
  readonly id: string;
  readonly action: Action;
  readonly reasons: readonly Reason[];
  /** True when somebody changed the resource since the last apply. */
  readonly drift: boolean;
  /** Unified diff with secrets masked; empty where there is no text to compare. */
  readonly diff: string;
  readonly consequences: readonly Consequence[];
  /** The wish; absent when the resource is to go. */
  readonly desired?: Resource;
}

/** What happens to smsd. */
export type SmsdEffect = "untouched" | "starts" | "restarts" | "at-boot" | "stops" | "stays-stopped";

/** Ordered changes, each with its reasons: a value that people and programs read. */
export interface Plan {
  readonly changes: readonly Change[];
  /** What must happen once after the changes, in this order. */
  readonly consequences: readonly Consequence[];
  readonly smsd: SmsdEffect;
  /** udev is asked to look at these devices again (sysfs names). */
  readonly triggerDevices: readonly string[];
  readonly straySmsd: readonly number[];
  /** Things worth knowing that change nothing. */
  readonly notes: readonly string[];
  readonly counts: { readonly add: number; readonly change: number; readonly remove: number };
}

/** True when carrying the plan out would change nothing. */
export function isEmptyPlan(plan: Plan): boolean {
  return plan.changes.length === 0 && plan.consequences.length === 0 && plan.straySmsd.length === 0;
}
