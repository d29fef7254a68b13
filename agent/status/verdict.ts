import { timeText } from "../../core/manual-stop.ts";
import type { WatchdogSection } from "../../core/model/inventory.ts";
import { AGENT_UNIT, UNIT } from "../../provision/desired/paths.ts";
import { spokenDuration } from "../decide/durations.ts";
import { type Level, modemSubject, type OngoingFinding } from "../model/finding.ts";
import type { RecoveryPhase } from "../model/memory.ts";
import type { ModemState } from "../state-modem.ts";
import type { GatewayStatus } from "./types.ts";

export type Verdict = GatewayStatus["verdict"];

/** What the verdict rests on. */
export interface VerdictFacts extends Pick<GatewayStatus, "agent" | "smsd" | "findings"> {
  readonly flag: GatewayStatus["flag"];
  readonly modems: readonly ModemState[];
  /** False where what only a look at everything shows could not be seen. */
  readonly isSeen: boolean;
  readonly watchdog: WatchdogSection;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const WEIGHT: Readonly<Record<Level, number>> = { info: 0, warning: 1, critical: 2 };

/** One sentence on what is worst, since when, and what is being done. Never "active" alone: a unit may be active without an smsd. */
export function verdictOf(facts: VerdictFacts): Verdict {
  const { agent, smsd, flag, findings, isSeen } = facts;
  const worst = worstOf(findings);
  const recovering = worst?.level === "critical" && facts.modems.some(({ recovery }) => recovery !== undefined);
  if (!smsd.running && flag?.inForce) return stoppedByHand(facts, flag);
  // A recovery of the only modem stops smsd for a while, which is no trouble of smsd's.
  if (!smsd.running && !recovering) return smsdDown(facts);
  if (worst?.level === "critical") return ofFinding(worst, facts);
  if (!agent.running) {
    return {
      level: "warning",
      code: "agent-down",
      sentence: "smsd runs, but the agent does not: nobody heals a modem that hangs",
      doing: `somebody must start it: systemctl start ${AGENT_UNIT}`,
    };
  }
  if (worst) return ofFinding(worst, facts);
  if (!isSeen) return { level: "warning", code: "not-seen", sentence: "smsd runs; more could not be seen" };
  return { level: "ok", sentence: "smsd runs and every modem works" };
}

/** The worst finding says it; of several alike the one that began first. */
function worstOf(findings: readonly OngoingFinding[]): OngoingFinding | undefined {
  const told = findings.filter(({ level }) => level !== "info");
  return [...told].sort((a, b) => WEIGHT[b.level] - WEIGHT[a.level] || a.since - b.since)[0];
}

function stoppedByHand({ findings, now }: VerdictFacts, flag: NonNullable<GatewayStatus["flag"]>): Verdict {
  const isCritical = findings.some(({ level }) => level === "critical");
  const until = flag.until === undefined ? Number.NaN : Date.parse(flag.until);
  const again = until > now ? ` in ${spokenDuration(until - now)}` : "";
  const by = flag.by === undefined || flag.by === flag.owner ? flag.owner : `${flag.by} (as ${flag.owner})`;
  const why = flag.reason === undefined ? "" : `: ${flag.reason}`;
  return {
    level: isCritical ? "critical" : "warning",
    code: "manual-stop",
    sentence: `smsd does not run: ${by} stopped it on purpose${why}`,
    since: flag.written,
    doing: `it is started again${again}; before that by \`modemkeeper smsd start\``,
  };
}

function smsdDown({ agent, smsd, findings }: VerdictFacts): Verdict {
  const strays = smsd.strays.length === 0 ? "" : `; one outside the service does (pid ${smsd.strays.join(", ")})`;
  const unit = smsd.unit === "active" ? `, although ${UNIT} is active` : ` (${UNIT} is ${smsd.unit})`;
  const cause = findings.find(({ code }) => KEPT_DOWN.has(code));
  const known = cause ?? findings.find(({ code }) => code === "smsd-down");
  return {
    level: "critical",
    code: known?.code ?? "smsd-down",
    sentence: `smsd does not run${unit}${strays}`,
    ...(known ? { since: timeText(known.since) } : {}),
    doing: agent.running ? (cause?.sentence ?? "the agent starts it") : UNATTENDED,
  };
}

const UNATTENDED = `nothing: the agent does not run (systemctl start ${AGENT_UNIT})`;
/** Why the agent does not simply start it; their sentences say so. */
const KEPT_DOWN: ReadonlySet<string> = new Set(["pin-refused", "disk-full", "smsd-start-fails", "message-unmovable"]);

function ofFinding(finding: OngoingFinding, facts: VerdictFacts): Verdict {
  const { level, code, sentence, since } = finding;
  const doing = doingAbout(finding, facts);
  return { level, code, sentence, since: timeText(since), ...(doing === undefined ? {} : { doing }) };
}

function doingAbout({ subject, fix, code }: OngoingFinding, facts: VerdictFacts): string | undefined {
  const modem = facts.modems.find(({ name }) => modemSubject(name) === subject);
  const { agent, now, watchdog } = facts;
  if (!agent.running) return UNATTENDED;
  if (modem?.recovery) return recovering(modem.recovery, now);
  if (modem?.nextRecovery !== undefined) {
    return `its recovery is tried again in ${spokenDuration(Date.parse(modem.nextRecovery) - now)}`;
  }
  if (modem?.failedChecks !== undefined) {
    if (!watchdog.enabled) return "nothing: the inventory switched the watchdog off";
    return `it is recovered after ${watchdog.failuresBeforeRecovery} failed checks in a row, of which this is number ${modem.failedChecks}`;
  }
  if (code === "smsd-outside-service") return "the agent ends it and starts smsd as the service";
  return fix === undefined ? undefined : "somebody must look at it, see below";
}

/** What a recovery is at. */
export const PHASE_WORDS: Readonly<Record<RecoveryPhase, string>> = {
  isolate: "smsd lets go of the modem",
  act: "the rung is carried out",
  settle: "the modem boots, and must answer",
  resume: "smsd takes it back",
  confirm: "smsd must talk to it",
};

function recovering({ phase, rung, ladder = [], begun }: NonNullable<ModemState["recovery"]>, now: number): string {
  const place = ladder.indexOf(rung) + 1;
  const which = place === 0 ? "without a reset" : `${rung} (${place} of ${ladder.length})`;
  const since = begun === undefined ? "" : ` for ${spokenDuration(now - Date.parse(begun))}`;
  return `recovery under way${since}: ${which}, ${PHASE_WORDS[phase]}`;
}
