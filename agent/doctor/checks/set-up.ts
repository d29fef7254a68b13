import type { DoctorFacts } from "../facts.ts";
import { note, type Verdict } from "./verdict.ts";

export const NONE_YET = "modemkeeper is not set up on this machine yet";
export const SET_UP =
  "`provision init` writes an inventory from what is plugged in; `provision apply` makes the machine so.";

/** Before anything is installed, what is not installed is no finding. */
export function ifSetUp({ setup }: DoctorFacts, judge: () => readonly Verdict[]): readonly Verdict[] {
  const isSetUp = "value" in setup.inventory && setup.inventory.value.state !== "none";
  return isSetUp ? judge() : [note(`${NONE_YET}.`)];
}
