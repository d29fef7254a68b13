import type { Plan } from "../../core/model/plan.ts";
import type { Check } from "../verify/check.ts";
import { planToJson } from "./plan-json.ts";

export const APPLY_FORMAT = "modemkeeper.apply/1";
export const VERIFY_FORMAT = "modemkeeper.verify/1";

/** What was applied and what a look at the host found after it, as one line of JSON. */
export function applyToJson(plan: Plan, inventory: string, checks: readonly Check[]): string {
  return `${JSON.stringify({ format: APPLY_FORMAT, plan: JSON.parse(planToJson(plan, inventory)) as unknown, checks })}\n`;
}

export function verifyToJson(plan: Plan, inventory: string, checks: readonly Check[]): string {
  return `${JSON.stringify({ format: VERIFY_FORMAT, plan: JSON.parse(planToJson(plan, inventory)) as unknown, checks })}\n`;
}
