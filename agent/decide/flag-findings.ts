import { timeText } from "../../core/manual-stop.ts";
import type { Finding, Level } from "../model/finding.ts";
import type { Reason } from "../model/step.ts";
import { SECOND, spokenDuration } from "./durations.ts";
import type { FlagVerdict } from "./flag.ts";
import type { DecisionInput } from "./types.ts";

type Judged = Extract<FlagVerdict, { readonly memory: object; readonly age: number }>;
type Rules = DecisionInput["inventory"]["manualStop"];

/** What is to be said of the manual stop flag. */
export function flagFindings(verdict: FlagVerdict, rules: Rules): readonly Finding[] {
  switch (verdict.standing) {
    case "absent":
      return [];
    case "ignored":
      return [ignoredFinding(verdict, rules)];
    case "in-force":
      return [stopFinding(verdict, rules)];
    default: {
      const { code, sentence } = reasonToClear(verdict, rules);
      const level = verdict.standing === "leftover" ? "warning" : "critical";
      return [{ code, subject: "smsd", level, sentence, evidence: evidenceOf(verdict, rules), notify: true }];
    }
  }
}

/** Why a flag that is over goes. */
export function reasonToClear({ standing, terms }: Judged, rules: Rules): Reason {
  if (standing === "leftover") {
    return {
      code: "flag-leftover",
      sentence: `smsd was started after the manual stop flag ${rules.flag} was written, so nobody wants it stopped any more: the flag is cleared, or smsd would stay down after its next fault.`,
    };
  }
  const why = terms.expires ? "its time is over" : `it is older than ${spokenDuration(rules.clearAfter * SECOND)}`;
  return {
    code: "flag-expired",
    sentence: `The manual stop flag ${rules.flag} no longer counts, since ${why}: it is cleared, and smsd is started if it is down.`,
  };
}

/** Level by age; a flag that has neither its own end nor a leftover's fate is gone when it would become critical. */
function stopFinding(verdict: Judged, rules: Rules): Finding {
  const { flag, terms } = verdict;
  const level = levelAt(verdict.age, rules);
  const until = timeText(flag.modifiedAt + terms.lasts);
  return {
    code: "manual-stop",
    subject: "smsd",
    level,
    sentence: `${flag.owner} stopped smsd on purpose at ${timeText(flag.modifiedAt)}; nothing is sent or received, and it is not started, until ${until}.`,
    evidence: evidenceOf(verdict, rules),
    fix: "Run `modemkeeper smsd start` as soon as the work is done.",
    notify: level !== "info",
  };
}

function levelAt(age: number, { warnAfter, clearAfter }: Rules): Level {
  if (age < warnAfter * SECOND) return "info";
  return age < clearAfter * SECOND ? "warning" : "critical";
}

function ignoredFinding({ flag, why }: Extract<FlagVerdict, { standing: "ignored" }>, rules: Rules): Finding {
  return {
    code: "flag-ignored",
    subject: "smsd",
    level: "warning",
    sentence: `The manual stop flag ${rules.flag} is ignored, and left where it is: ${why}.`,
    evidence: [`${flag.kind} of ${flag.owner}, written at ${timeText(flag.modifiedAt)}`],
    fix: `Stop smsd with \`modemkeeper smsd stop\`, or list the user under \`manual_stop.trusted_users\`; remove ${rules.flag} if nobody needs it.`,
    notify: true,
  };
}

function evidenceOf({ flag, terms }: Judged, rules: Rules): readonly string[] {
  const end = terms.expires ? `it names its end (${timeText(flag.modifiedAt + terms.lasts)})` : "it names no end";
  return [`${rules.flag} of ${flag.owner}, written at ${timeText(flag.modifiedAt)}; ${end}`];
}

/** Monotonic times at which the flag's meaning changes by itself. */
export function flagChanges(verdict: FlagVerdict, rules: Rules, now: number): readonly number[] {
  if (verdict.standing !== "in-force") return [];
  const limits = [rules.warnAfter * SECOND, rules.clearAfter * SECOND, verdict.terms.lasts];
  return limits.map((limit) => now + limit - verdict.age);
}
