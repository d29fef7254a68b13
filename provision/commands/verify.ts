import { EXIT } from "../../core/errors.ts";
import { isEmptyPlan } from "../../core/model/plan.ts";
import { checkService } from "../verify/check-service.ts";
import { renderChecks } from "../views/checks.ts";
import { outcomeToJson } from "../views/outcome-json.ts";
import { painter } from "../views/paint.ts";
import { renderPlan } from "../views/plan-human.ts";
import type { Command } from "./context.ts";
import { makePlan } from "./planning.ts";

export interface VerifyOptions {
  readonly json?: boolean;
}

/** `provision verify`: is the host as the inventory says, and does the gateway work? Exit 2 where apply would change something, 1 where it does not work. */
export const verifyCommand: Command<VerifyOptions> = async (context, options) => {
  const planned = await makePlan(context);
  const checks = await checkService(context.host, { ...planned, inventory: planned.loaded.inventory });
  const converged = isEmptyPlan(planned.plan);
  if (options.json)
    context.terminal.out(outcomeToJson("modemkeeper.verify/1", planned.plan, planned.loaded.file, checks));
  else {
    const paint = painter(context.terminal.colour);
    if (!converged) context.terminal.out(renderPlan(planned.plan, { paint, verbose: context.verbose }));
    context.terminal.out(renderChecks(checks, paint));
  }
  if (!converged) return EXIT.changesPending;
  return checks.every((check) => check.level !== "error") ? EXIT.ok : EXIT.failed;
};
