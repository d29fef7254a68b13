import type { Plan } from "../../core/model/plan.ts";
import type { Check } from "../verify/check.ts";
import { planValue } from "./plan-json.ts";

export type OutcomeFormat = "modemkeeper.apply/1" | "modemkeeper.verify/1";

/** A plan and what a look at the host found, as one line of JSON. */
export function outcomeToJson(format: OutcomeFormat, plan: Plan, inventory: string, checks: readonly Check[]): string {
  return `${JSON.stringify({ format, plan: planValue(plan, inventory), checks })}\n`;
}
