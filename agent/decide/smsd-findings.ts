import { maskDigits } from "../at/mask.ts";
import { type Finding, findingKey } from "../model/finding.ts";
import { failedStarts } from "./smsd-failures.ts";
import { graceLeft, isWantedDown, type Situation, unmovable } from "./smsd-situation.ts";
import { budgetSpent } from "./smsd-step.ts";

/** What is wrong with smsd as a whole. Sentences hold no running times: a finding that only grows older stays the same. */
export function smsdFindings(situation: Situation): readonly Finding[] {
  return [down, startFails, outsideService, budget, message, actions].flatMap((check) => check(situation) ?? []);
}

function down(situation: Situation): Finding | undefined {
  const { presence, smsd, input } = situation;
  if (presence.running || isWantedDown(situation) || smsd.stoppedForRecovery !== undefined) return undefined;
  // Once it is said, it stays said until smsd is back.
  const known = input.memory.findings[findingKey({ code: "smsd-down", subject: "smsd" })] !== undefined;
  if (!known && graceLeft(situation) > 0) return undefined;
  const { unit, log } = input.seen.smsd;
  return {
    code: "smsd-down",
    subject: "smsd",
    level: "critical",
    sentence: "smsd does not run, and nobody stopped it on purpose: nothing is sent or received until it runs again.",
    evidence: [`smstools.service is ${unit} and smsd has no process`, ...log.fatal.map(maskDigits)],
    // While starts fail, that is what people are told.
    notify: smsd.failures === 0,
  };
}

function startFails({ smsd, input }: Situation): Finding | undefined {
  if (smsd.failures === 0) return undefined;
  const before = input.memory.findings[findingKey({ code: "smsd-start-fails", subject: "smsd" })];
  const detail = failedStarts(input).at(-1)?.detail;
  return {
    code: "smsd-start-fails",
    subject: "smsd",
    level: "critical",
    sentence:
      "smsd does not stay up: a start failed, or it ended within a minute; it is tried again, after at most 5 minutes, for ever.",
    evidence:
      detail === undefined ? (before?.evidence ?? ["it ended within a minute of its start"]) : [maskDigits(detail)],
    fix: "See `journalctl -u smstools` and smsd's log.",
    notify: true,
  };
}

function outsideService({ presence, input }: Situation): Finding | undefined {
  if (presence.straysSince === undefined) return undefined;
  const pids = input.seen.smsd.strays.map(({ pid }) => pid);
  return {
    code: "smsd-outside-service",
    subject: "smsd",
    level: "warning",
    sentence:
      "smsd runs outside its service, started by hand or by a script: it is ended there and started as the service.",
    evidence: [`process ${pids.join(", ")}`],
    fix: "Start smsd with `modemkeeper smsd start` only.",
    notify: true,
  };
}

function budget({ demands, smsd, input }: Situation): Finding | undefined {
  const { restart } = demands;
  if (!restart || !budgetSpent(smsd) || input.seen.smsd.processes.length === 0) return undefined;
  return {
    code: "restart-budget-spent",
    subject: "smsd",
    level: "warning",
    sentence: `smsd was restarted or started too often within an hour; for ${restart.modem} it is restarted every ten minutes only, until that is over.`,
    evidence: [restart.sentence],
    fix: `See \`modemkeeper status\`: ${restart.modem} needs a look.`,
    notify: true,
  };
}

function message(situation: Situation): Finding | undefined {
  const { pauses } = situation.smsd;
  const stuck = pauses?.["set-aside"];
  if (unmovable(situation) === undefined || !stuck) return undefined;
  return {
    code: "message-unmovable",
    subject: "smsd",
    level: "critical",
    sentence:
      "smsd has sent a message that it cannot move out of its queue, nor can we: smsd is not started, which would send it again.",
    evidence: [maskDigits(stuck.detail)],
    fix: `Move the message out of ${situation.input.inventory.smsd.spool.checked}, and see to the folder's rights.`,
    notify: true,
  };
}

/** Once is an accident; a second failure of the same kind needs somebody. */
function actions({ smsd }: Situation): Finding | undefined {
  const failing = Object.entries(smsd.pauses ?? {}).filter(([kind, { count }]) => kind !== "set-aside" && count >= 2);
  if (failing.length === 0) return undefined;
  return {
    code: "action-fails",
    subject: "smsd",
    level: "warning",
    sentence: `What should be done fails, and is tried again each minute: ${failing.map(([kind]) => kind).join(", ")}.`,
    evidence: failing.map(([kind, { detail }]) => `${kind}: ${maskDigits(detail)}`),
    fix: "See `modemkeeper events` for each attempt; what is in its way is most likely a disk that cannot be written.",
    notify: true,
  };
}
