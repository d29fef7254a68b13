import type { Inventory } from "../../core/model/inventory.ts";
import type { Decision } from "../decide/types.ts";
import type { Subject } from "../model/finding.ts";
import type { Moment, Observation } from "../model/observation.ts";

/** One pass: what was seen and what was decided. */
export interface Look {
  readonly inventory: Inventory;
  readonly seen: Observation;
  readonly decision: Decision;
  readonly now: Moment;
}

/** Seconds since 1970 of a moment on the monotonic clock, by the wall clock of the pass. */
export function wallSeconds({ now }: Look, monotonic: number): number {
  return (now.wall - (now.monotonic - monotonic)) / 1000;
}

/** The modem that something is about; empty where it is about none. */
export function modemOf(subject: Subject): string {
  return subject.startsWith("modem:") ? subject.slice("modem:".length) : "";
}
