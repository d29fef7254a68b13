import type { AgentHost } from "../../core/agent-ports.ts";
import { type Finding, findingKey } from "../model/finding.ts";
import type { IssuedStep, Outcome, Transition } from "../model/step.ts";
import { EVENTS_LOG } from "../paths.ts";
import type { TimelineEntry } from "./event.ts";

export type TimelineHost = Pick<AgentHost, "logs" | "clock">;

/** What happens every few seconds has its line in the access log, and its finding when it fails. */
const EVERYDAY: ReadonlySet<string> = new Set(["probe"]);

/**
 * Writes down what began, ended or was done; with a finding that began goes what it was concluded from.
 * Returns false if it could not be written: a full disk is no reason to stop.
 */
export async function recordTransitions(
  host: TimelineHost,
  transitions: readonly Transition[],
  findings: readonly Finding[],
): Promise<boolean> {
  const evidence = new Map(findings.map((finding) => [findingKey(finding), finding.evidence]));
  const entries = transitions.map((transition): Omit<TimelineEntry, "time"> => {
    const { subject, code, level, phase, sentence } = transition;
    const known = phase === "begun" ? evidence.get(findingKey(transition)) : undefined;
    return { subject, code, level, phase, sentence, ...(known && known.length > 0 ? { evidence: known } : {}) };
  });
  return await record(host, entries);
}

/** A step begins. Returns false if it could not be written. */
export async function recordStepBegun(host: TimelineHost, { subject, step, reason }: IssuedStep): Promise<boolean> {
  if (EVERYDAY.has(step.do)) return true;
  const sentence = `${step.do}, because ${reason.sentence}`;
  return await record(host, [{ subject, code: reason.code, level: "info", phase: "begun", sentence }]);
}

/** A step has ended. Returns false if it could not be written. */
export async function recordStepEnded(host: TimelineHost, outcome: Outcome): Promise<boolean> {
  const { subject, step, ok, detail } = outcome;
  if (EVERYDAY.has(step.do)) return true;
  const took = ((outcome.finishedAt - outcome.startedAt) / 1000).toFixed(1);
  const sentence = `${step.do} ${ok ? "done" : "failed"} after ${took} s: ${detail}`;
  return await record(host, [
    { subject, code: `${step.do}-${ok ? "done" : "failed"}`, level: ok ? "info" : "warning", phase: "done", sentence },
  ]);
}

async function record(host: TimelineHost, entries: readonly Omit<TimelineEntry, "time">[]): Promise<boolean> {
  const time = host.clock.now().toISOString();
  try {
    // One write each: a reader never sees half a line.
    for (const entry of entries) await host.logs.append(EVENTS_LOG, JSON.stringify({ time, ...entry }));
    return true;
  } catch {
    return false;
  }
}
