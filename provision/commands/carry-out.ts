import { EXIT } from "../../core/errors.ts";
import { isEmptyPlan, type Plan } from "../../core/model/plan.ts";
import { readHistory } from "../apply/generation-store.ts";
import { applyPlan } from "../apply/run.ts";
import type { Check } from "../verify/check.ts";
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

/** What was planned and carried out, the host as it is then, and what a look at it found. */
export interface CarriedOut {
  readonly planned: Planned;
  readonly after: Planned;
  readonly checks: readonly Check[];
}

/** Shows the plan, asks, carries it out, and looks at the host. */
export async function carryOut(
  context: CommandContext,
  planned: Planned,
  options: CarryOutOptions,
): Promise<CarriedOut> {
  const { terminal, verbose } = context;
  if (!options.json) terminal.out(renderPlan(planned.plan, { paint: painter(terminal.colour), verbose }));
  if (!isEmptyPlan(planned.plan)) {
    await confirmPlan(context, planned.plan, options);
    await run(context, planned, options.cause);
  }
  const after = await lookAgain(context, planned);
  const checks = await checkService(context.host, { ...after, inventory: after.loaded.inventory });
  return { planned, after, checks };
}

/** Says what was found. Returns the exit code. */
export function tellOutcome(
  { terminal }: CommandContext,
  { planned, checks }: CarriedOut,
  options: Pick<CarryOutOptions, "json">,
): number {
  if (options.json) terminal.out(outcomeToJson("modemkeeper.apply/1", planned.plan, planned.loaded.file, checks));
  else terminal.out(renderChecks(checks, painter(terminal.colour)));
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
