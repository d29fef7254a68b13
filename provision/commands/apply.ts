import { ModemkeeperError } from "../../core/errors.ts";
import { withApplyLock } from "../apply/lock.ts";
import { requireRoot } from "../apply/require-root.ts";
import { readSavedPlan, refuseIfStale } from "../apply/saved-plan.ts";
import { type CarriedOut, carryOut, tellOutcome } from "./carry-out.ts";
import { absolutePath, type Command, type CommandContext, patience } from "./context.ts";
import { makePlan, type Planned } from "./planning.ts";

export interface ApplyOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
  /** A plan saved by `plan --out`. */
  readonly saved?: string;
  /** A number that a test message is sent to at the end. */
  readonly testSms?: string;
}

/** `provision apply`: makes the host as the inventory says, then verifies that it is. */
export const applyCommand: Command<ApplyOptions> = async (context, options) => {
  requireRoot(context.host);
  if (options.testSms !== undefined) await assertCanTest(context, options.testSms);
  const done = await withApplyLock(
    context.host,
    async () => {
      const planned = await planToApply(context, options.saved);
      return carryOut(context, planned, { ...options, cause: "apply" });
    },
    patience(context),
  );
  return tellOutcome(
    context,
    options.testSms === undefined ? done : await tested(context, done, options.testSms),
    options,
  );
};

/** What makes a test impossible is said before anything is changed. */
async function assertCanTest({ host }: CommandContext, to: string): Promise<void> {
  const { testMessage } = await import("../sending/test-message.ts");
  await testMessage(host, to);
  if (host.root === "/") return;
  throw new ModemkeeperError("precondition-missing", `no message can be sent from ${host.root}`, {
    why: "it is not the system that runs here",
    fix: "leave --test-sms out",
  });
}

/** Without the lock: the agent may be needed to get the message out. */
async function tested(context: CommandContext, done: CarriedOut, to: string): Promise<CarriedOut> {
  const { checkTestMessage, TEST_TIMEOUT_MS } = await import("../sending/test-message.ts");
  context.terminal.err(`sending a test message to ${to}; that may take up to ${TEST_TIMEOUT_MS / 1000} s\n`);
  const { loaded, actual } = done.after;
  const state = { inventory: loaded.inventory, attached: actual.attached };
  return { ...done, checks: [...done.checks, await checkTestMessage(context.host, state, to, context.signal)] };
}

async function planToApply(context: CommandContext, savedFile: string | undefined): Promise<Planned> {
  if (savedFile === undefined) return makePlan(context);
  const saved = await readSavedPlan(context.local, absolutePath(context, savedFile));
  const planned = await makePlan({ ...context, inventoryFile: saved.inventory });
  refuseIfStale(saved, planned);
  return planned;
}
