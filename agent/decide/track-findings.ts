import { type Finding, findingKey, type Level, type OngoingFinding } from "../model/finding.ts";
import type { Moment } from "../model/observation.ts";
import type { Transition } from "../model/step.ts";
import { spokenDuration } from "./durations.ts";

type Ongoing = Readonly<Record<string, OngoingFinding>>;

const WEIGHT: Readonly<Record<Level, number>> = { info: 0, warning: 1, critical: 2 };

/** Gives each finding its beginning, and tells what began and what is over. A finding that changes its level begins anew. */
export function trackFindings(
  previous: Ongoing,
  now: readonly Finding[],
  moment: Moment,
): { readonly findings: Ongoing; readonly transitions: readonly Transition[] } {
  const findings: Record<string, OngoingFinding> = {};
  for (const finding of now) {
    const key = findingKey(finding);
    const said = findings[key];
    if (said && WEIGHT[said.level] >= WEIGHT[finding.level]) continue;
    findings[key] = { ...finding, since: previous[key]?.since ?? moment.wall };
  }
  const begun = Object.entries(findings).filter(([key, { level }]) => previous[key]?.level !== level);
  const over = Object.entries(previous).filter(([key]) => !findings[key]);
  return {
    findings,
    transitions: [
      ...over.map(([, finding]) => overTransition(finding, moment)),
      ...begun.map(([, finding]) => transitionOf(finding, "begun", finding.sentence)),
    ],
  };
}

function overTransition(finding: OngoingFinding, { wall }: Moment): Transition {
  const lasted = wall - finding.since;
  // A wall clock that was set meanwhile tells nothing about how long it was.
  const duration = lasted >= 0 ? ` after ${spokenDuration(lasted)}` : "";
  return transitionOf(finding, "over", `Over${duration}: ${finding.sentence}`);
}

function transitionOf(
  { subject, code, level, notify }: OngoingFinding,
  phase: Transition["phase"],
  sentence: string,
): Transition {
  return { subject, code, level, sentence, phase, notify };
}
