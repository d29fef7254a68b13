import { EXIT } from "../../core/errors.ts";
import { isEmptyPlan, type Plan } from "../../core/model/plan.ts";
import { readHistory } from "../apply/generation-store.ts";
import { applyPlan } from "../apply/run.ts";
import { checkService } from "../verify/check-service.ts";
import { renderChecks } from "../views/checks.ts";
import { outcomeToJson } from "../views/outcome-json.ts";
import { painter } from "../views/paint.ts";
import { renderPlan } from "../views/plan-human.ts";
import { stepReporter } from "../views/steps.ts";
import { confirm } from "./confirm.ts";
import type { CommandContext } from "./context.ts";
import { type Planned, planFor } from "./planning.ts";

export interface CarryOutOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
  /** What asked for it, for the record: `apply`, `rollback to 3`. */
  readonly cause: string;
}

/** Shows the plan, asks, carries it out, and says what a look at the host then finds. Returns the exit code. */
export async function carryOut(context: CommandContext, planned: Planned, options: CarryOutOptions): Promise<number> {
  const { terminal, verbose } = context;
  const paint = painter(terminal.colour);
  if (!options.json) terminal.out(renderPlan(planned.plan, { paint, verbose }));
  if (!isEmptyPlan(planned.plan)) {
    await confirmPlan(context, planned.plan, options);
    await run(context, planned, options.cause);
  }
  const after = await lookAgain(context, planned);
  const checks = await checkService(context.host, { ...after, inventory: after.loaded.inventory });
  if (options.json) terminal.out(outcomeToJson("modemkeeper.apply/1", planned.plan, planned.loaded.file, checks));
  else terminal.out(renderChecks(checks, paint));
  return checks.every((check) => check.level !== "error") ? EXIT.ok : EXIT.failed;
}

async function run(context: CommandContext, planned: Planned, cause: string): Promise<void> {
  await applyPlan({
    host: context.host,
    plan: planned.plan,
    actual: planned.actual,
    desired: planned.desired,
    number: planned.history.next,
    cause,
    report: stepReporter(context.terminal, { verbose: context.verbose }),
    signal: context.signal,
  });
}

async function lookAgain(context: CommandContext, before: Planned): Promise<Planned> {
  if (isEmptyPlan(before.plan)) return before;
  const history = await readHistory(context.host);
  return { ...before, history, ...(await planFor(context, before.loaded, before.desired, history)) };
}

async function confirmPlan(context: CommandContext, plan: Plan, options: CarryOutOptions): Promise<void> {
  const removals = plan.counts.remove > 0 ? ", removals included" : "";
  await confirm(context, `Apply this${removals}? [y/N] `, options.yes === true);
}
