import { type ErrorCode, ModemkeeperError, messageOf } from "../../core/errors.ts";
import type { ActualState } from "../../core/model/actual.ts";
import type { Generation } from "../../core/model/generation.ts";
import type { Plan } from "../../core/model/plan.ts";
import type { DesiredState } from "../../core/model/resource.ts";
import type { Host } from "../../core/ports.ts";
import { summarizeCounts } from "../plan/summary.ts";
import { pruneGenerations, writeGeneration } from "./generation-store.ts";
import { inverseOf } from "./inverse.ts";
import { planSteps } from "./plan-steps.ts";
import { recordResource } from "./record.ts";
import { runStep } from "./run-step.ts";
import type { Step, StepReporter } from "./steps.ts";
import { undo } from "./undo.ts";

export interface ApplyRequest {
  readonly host: Host;
  readonly plan: Plan;
  readonly actual: ActualState;
  readonly desired: DesiredState;
  /** Number of the generation to write. */
  readonly number: number;
  /** What asked for it, for the record. */
  readonly cause: string;
  readonly report: StepReporter;
  readonly signal: AbortSignal;
  /** The unit that this very process runs in: its restart would cut the apply off, so it is left to another time. */
  readonly self?: string;
}

/**
 * Carries a plan out. The generation is recorded as begun before the first step and as ended after the last,
 * so that whatever happens in between, the next apply knows what it owes.
 * @throws ModemkeeperError with the code of what went wrong if everything was put back, applied-in-part if not
 */
export async function applyPlan(request: ApplyRequest): Promise<Generation> {
  const { host } = request;
  const begun = beginGeneration(request);
  await writeGeneration(host, begun);
  const inverses: (readonly Step[])[] = [];
  try {
    for (const step of stepsOf(request)) {
      stopIfInterrupted(request.signal);
      inverses.push(await inverseOf(host, step));
      await runStep(host, step, request.report);
    }
    const applied = end(begun, host, { status: "applied", consequences: [] });
    await writeGeneration(host, applied);
    await pruneGenerations(host);
    return applied;
  } catch (error) {
    return await giveUp(request, begun, inverses, error);
  }
}

function stepsOf({ plan, actual, number, self }: ApplyRequest): readonly Step[] {
  return planSteps(plan, actual, number).filter((step) => step.do !== "control" || step.unit !== self);
}

function beginGeneration(request: ApplyRequest): Generation {
  return {
    format: "modemkeeper.generation/1",
    number: request.number,
    status: "applying",
    startedAt: request.host.clock.now().toISOString(),
    program: request.host.program.version,
    cause: request.cause,
    consequences: request.plan.consequences,
    summary: summarizeCounts(request.plan),
    resources: request.desired.resources.map(recordResource),
    links: request.desired.links,
  };
}

function end(begun: Generation, host: Host, result: Pick<Generation, "status" | "consequences" | "error">): Generation {
  return { ...begun, ...result, finishedAt: host.clock.now().toISOString() };
}

function stopIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw new ModemkeeperError("interrupted", "interrupted before the next step");
}

async function giveUp(
  request: ApplyRequest,
  begun: Generation,
  inverses: readonly (readonly Step[])[],
  error: unknown,
): Promise<never> {
  const { host, report } = request;
  const left = await undo(host, inverses, report);
  const status = left.length === 0 ? "undone" : "partial";
  const consequences = left.length === 0 ? [] : begun.consequences;
  // A disk that is full may refuse this too; the record then stays "applying" and the next apply finishes the work.
  await writeGeneration(host, end(begun, host, { status, consequences, error: messageOf(error) })).catch(
    () => undefined,
  );
  throw explain(error, left);
}

function explain(error: unknown, left: readonly string[]): ModemkeeperError {
  const known = error instanceof ModemkeeperError ? error : undefined;
  const code: ErrorCode = left.length === 0 ? (known?.code ?? "apply-failed") : "applied-in-part";
  const outcome =
    left.length === 0 ? "everything was put back as it was" : `could not be put back:\n  ${left.join("\n  ")}`;
  return new ModemkeeperError(code, `apply failed: ${messageOf(error)}`, {
    why: known?.why === undefined ? outcome : `${known.why}; ${outcome}`,
    fix: known?.fix ?? "mend the cause and run `provision apply` again",
    cause: error,
  });
}
