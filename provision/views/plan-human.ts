import type { Action, Change, Plan } from "../../core/model/plan.ts";
import type { Consequence } from "../../core/model/resource.ts";
import { summarize } from "../plan/summary.ts";
import type { Paint } from "./paint.ts";

export const SYMBOL: Readonly<Record<Action, string>> = { add: "+", change: "~", replace: "±", remove: "-" };
const COLOUR = { add: "green", change: "yellow", replace: "magenta", remove: "red" } as const;

const CONSEQUENCE: Readonly<Record<Consequence, string>> = {
  "reload-systemd": "systemd reads its units again",
  "reload-udev": "udev reads its rules again and looks at our modems",
  "apply-tmpfiles": "the kernel is told of modem ids that it does not know",
  "restart-smsd": "smsd takes its new configuration",
  "restart-agent": "the agent starts anew",
};

export interface PlanView {
  readonly paint: Paint;
  /** Show the whole content of files that are new, too. */
  readonly verbose: boolean;
}

/** The plan for people; the last line is always the summary. */
export function renderPlan(plan: Plan, view: PlanView): string {
  const blocks = plan.changes.map((change) => renderChange(change, view));
  const then = plan.consequences.map((consequence) => `  then ${CONSEQUENCE[consequence]}`);
  if (plan.straySmsd.length > 0)
    then.push(`  then smsd outside the service (pid ${plan.straySmsd.join(", ")}) is stopped`);
  const notes = plan.notes.map((note) => `  note: ${note}`);
  const sections = [blocks.join("\n"), then.join("\n"), notes.join("\n"), view.paint("bold", summarize(plan))];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function renderChange(change: Change, { paint, verbose }: PlanView): string {
  const by = change.drift ? "  (changed by hand)" : "";
  const lines = [paint(COLOUR[change.action], `  ${SYMBOL[change.action]} ${change.id}${by}`)];
  const reasons = change.reasons.map((reason) => `${reason.code}: ${reason.sentence}`);
  const isShort = change.diff === "" || (change.action === "add" && !verbose);
  if (reasons.length === 1 && isShort) lines[0] += `  ${reasons[0]}${newContent(change)}`;
  else lines.push(...reasons.map((reason) => `      ${reason}`));
  if (isShort) return lines.join("\n");
  if (change.desired?.kind === "file") lines.push(`      from ${change.desired.template}`);
  lines.push(...diffLines(change, paint));
  return lines.join("\n");
}

/** What a new file holds, in a few words. */
function newContent(change: Change): string {
  if (change.desired?.kind !== "file" || change.diff === "") return "";
  const lines = change.diff.split("\n").filter((line) => /^\+(?!\+\+ )/.test(line)).length;
  return ` (${lines} lines; -v shows them)`;
}

function diffLines(change: Change, paint: Paint): readonly string[] {
  const lines = change.diff.trimEnd().split("\n").map(visible);
  return lines.map((line) => `        ${paintDiff(line, paint)}`);
}

function paintDiff(line: string, paint: Paint): string {
  if (line.startsWith("+")) return paint("green", line);
  if (line.startsWith("-")) return paint("red", line);
  return line.startsWith("@@") ? paint("cyan", line) : line;
}

/** A foreign file may hold escape sequences; they are shown, not obeyed. */
function visible(line: string): string {
  return line.replace(/\r$/, "").replace(/[^\P{Cc}\t]/gu, "\u00b7");
}
