import type { AgentHost } from "../../core/agent-ports.ts";
import { ModemkeeperError } from "../../core/errors.ts";
import { isEmptyPlan } from "../../core/model/plan.ts";
import { applyPlan } from "../../provision/apply/run.ts";
import { describeStep, type StepReporter } from "../../provision/apply/steps.ts";
import { AGENT_UNIT } from "../../provision/desired/paths.ts";
import { summarizeCounts } from "../../provision/plan/summary.ts";
import { agentsShare, planHost } from "./plan-host.ts";

export interface ApplyTerms {
  readonly host: AgentHost;
  readonly signal: AbortSignal;
  /** For the record. */
  readonly cause: string;
  /** Told of each step. */
  tell(sentence: string): void;
}

/**
 * Makes the host as the inventory on disk says, with `provision apply`'s engine. smsd is restarted where its configuration
 * changed and never started: that is for the service's rules. Call it under the actor's lock. Returns one sentence.
 * @throws ModemkeeperError inventory-invalid, precondition-missing if a package lacks, or as applying does
 */
export async function applyInventory({ host, signal, cause, tell }: ApplyTerms): Promise<string> {
  const { actual, desired, history, plan: whole } = await planHost(host);
  const plan = agentsShare(whole);
  const packages = plan.changes.flatMap(({ desired: wish }) => (wish?.kind === "package" ? [wish.name] : []));
  if (packages.length > 0) {
    throw new ModemkeeperError("precondition-missing", `${packages.join(", ")} is not installed: run provision apply`, {
      why: "the agent installs no packages",
      fix: "provision apply",
    });
  }
  if (isEmptyPlan(plan)) return "the host is as the inventory says";
  const report = reporter(tell);
  const number = history.next;
  await applyPlan({ host, plan, actual, desired, number, cause, report, signal, self: AGENT_UNIT });
  const restarted = plan.smsd === "restarts" ? "; smsd was restarted" : "";
  const later = plan.consequences.includes("restart-agent") ? "; the agent's own unit counts from its next start" : "";
  return `the inventory was applied: ${summarizeCounts(plan)}${restarted}${later}`;
}

/** Keeping what was there is the engine's own bookkeeping, and no news. */
const QUIET: ReadonlySet<string> = new Set(["keep-original", "keep-replaced"]);

function reporter(tell: (sentence: string) => void): StepReporter {
  return {
    begin: () => {},
    detail: () => {},
    end: (step) => {
      if (!QUIET.has(step.do)) tell(describeStep(step));
    },
    failed: (step) => tell(`failed: ${describeStep(step)}`),
  };
}
