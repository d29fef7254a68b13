import { SUSPEND } from "../../../provision/desired/paths.ts";
import { type Finding, findingKey } from "../../model/finding.ts";
import { SECOND } from "../durations.ts";
import type { DecisionInput } from "../types.ts";

/**
 * Modems that somebody else's line in smsd's suspend file keeps out of work. Such a line is as easily forgotten as a manual
 * stop, and is warned of after the same time; the guard's lines for refused PINs have a finding of their own.
 */
export function checkSuspended(
  { seen, inventory, memory, now }: DecisionInput,
  pinRefused: readonly string[],
): Finding | undefined {
  const names = seen.smsd.suspendedByOthers.filter((name) => !pinRefused.includes(name));
  if (names.length === 0 || seen.smsd.processes.length === 0) return undefined;
  const before = memory.findings[findingKey({ code: "suspended-by-hand", subject: "smsd" })];
  // By the wall clock: should it be set meanwhile, the warning comes early or late, and no more depends on it.
  const long = before !== undefined && now.wall - before.since >= inventory.manualStop.warnAfter * SECOND;
  const whom = names.includes("ALL") ? "all modems" : names.join(", ");
  return {
    code: "suspended-by-hand",
    subject: "smsd",
    level: long ? "warning" : "info",
    sentence: `Somebody told smsd to leave ${whom} alone: nothing is sent or received there until that is taken back.`,
    evidence: names.map((name) => `line of ${name} in the suspend file`),
    fix: `Take the line out of ${SUSPEND}, or run \`modemkeeper smsd restart\`, which empties it.`,
    notify: long,
  };
}
