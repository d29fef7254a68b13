import { isEmptyPlan, type Plan } from "../../core/model/plan.ts";
import { summarize } from "../plan/summary.ts";

export const PLAN_FORMAT = "modemkeeper.plan/1";

/** The plan for programs: versioned, one line of JSON, secrets masked. */
export function planToJson(plan: Plan, inventory: string): string {
  return `${JSON.stringify(planValue(plan, inventory))}\n`;
}

/** The same as a value, for formats that hold a plan. */
export function planValue(plan: Plan, inventory: string): Readonly<Record<string, unknown>> {
  const changes = plan.changes.map(({ id, action, reasons, drift, diff, consequences }) => {
    return { id, action, reasons, drift, diff, consequences };
  });
  const { consequences, smsd, triggerDevices, straySmsd, notes, counts } = plan;
  return {
    format: PLAN_FORMAT,
    inventory,
    empty: isEmptyPlan(plan),
    counts,
    smsd,
    consequences,
    triggerDevices,
    straySmsd,
    changes,
    notes,
    summary: summarize(plan),
  };
}
