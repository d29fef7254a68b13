import { withApplyLock } from "../apply/lock.ts";
import { requireRoot } from "../apply/require-root.ts";
import { readSavedPlan, refuseIfStale } from "../apply/saved-plan.ts";
import { carryOut } from "./carry-out.ts";
import { absolutePath, type Command, type CommandContext, patience } from "./context.ts";
import { makePlan, type Planned } from "./planning.ts";

export interface ApplyOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
  /** A plan saved by `plan --out`. */
  readonly saved?: string;
}

/** `provision apply`: makes the host as the inventory says, then verifies that it is. */
export const applyCommand: Command<ApplyOptions> = async (context, options) => {
  requireRoot(context.host);
  return withApplyLock(
    context.host,
    async () => {
      const planned = await planToApply(context, options.saved);
      return carryOut(context, planned, { ...options, cause: "apply" });
    },
    patience(context),
  );
};

async function planToApply(context: CommandContext, savedFile: string | undefined): Promise<Planned> {
  if (savedFile === undefined) return makePlan(context);
  const saved = await readSavedPlan(context.local, absolutePath(context, savedFile));
  const planned = await makePlan({ ...context, inventoryFile: saved.inventory });
  refuseIfStale(saved, planned);
  return planned;
}
