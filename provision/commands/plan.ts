import { EXIT } from "../../core/errors.ts";
import { isEmptyPlan } from "../../core/model/plan.ts";
import { savePlan } from "../apply/saved-plan.ts";
import { painter } from "../views/paint.ts";
import { renderPlan } from "../views/plan-human.ts";
import { planToJson } from "../views/plan-json.ts";
import { absolutePath, type Command } from "./context.ts";
import { makePlan } from "./planning.ts";

export interface PlanOptions {
  readonly json?: boolean;
  readonly detailedExitcode?: boolean;
  readonly out?: string;
}

/** `provision plan`: what apply would do, and why. Changes nothing. */
export const planCommand: Command<PlanOptions> = async (context, options) => {
  const planned = await makePlan(context);
  const { plan, loaded } = planned;
  if (options.out !== undefined) {
    await savePlan(context.local, absolutePath(context, options.out), planned, context.owner);
    context.terminal.err(`saved; carry it out with: provision apply ${options.out}\n`);
  }
  const view = { paint: painter(context.terminal.colour), verbose: context.verbose };
  context.terminal.out(options.json ? planToJson(plan, loaded.file) : renderPlan(plan, view));
  return options.detailedExitcode && !isEmptyPlan(plan) ? EXIT.changesPending : EXIT.ok;
};
