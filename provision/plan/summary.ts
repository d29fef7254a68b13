import { isEmptyPlan, type Plan, type SmsdEffect } from "../../core/model/plan.ts";

const SMSD_EFFECT: Readonly<Record<SmsdEffect, string>> = {
  untouched: "smsd is not touched",
  starts: "smsd starts",
  restarts: "smsd restarts once",
  "at-boot": "smsd starts at the next boot",
  stops: "smsd stops",
  "stays-stopped": "smsd stays stopped, as a person wanted",
};

/** The last line of every plan. */
export function summarize(plan: Plan): string {
  if (isEmptyPlan(plan)) return "Plan: nothing to do; the host is as the inventory says.";
  return `Plan: ${summarizeCounts(plan)}; ${SMSD_EFFECT[plan.smsd]}.`;
}

export function summarizeCounts(plan: Plan): string {
  const { add, change, remove } = plan.counts;
  return `${add} to add, ${change} to change, ${remove} to remove`;
}
