import { gatewayNow, hungFor } from "./store.js";
import { clockTime, timeOf } from "./time.js";
import { counted, phaseWords, rungWords } from "./words.js";

/** @import { GatewayStatus, Shown, State } from "./types.ts" */
/**
 * @typedef {{ level: Shown, word: string, sentence: string, since: number | undefined, doing: string[] }} Verdict
 */

/** @type {Readonly<Record<Shown, string>>} */
const WORDS = { ok: "All is well", info: "All is well", warning: "Warning", critical: "Critical", unknown: "Unknown" };

/**
 * What stands on top: the gateway's own verdict, unless the page has reason not to believe it any more.
 * @param {State} state
 * @returns {Verdict}
 */
export function shownVerdict(state) {
  const { status, connection } = state;
  if (connection.state === "locked") {
    return unknown("Locked", `Only who knows the token may look. ${connection.why}`, undefined);
  }
  if (connection.state === "lost") return lost(state, connection);
  if (!status) return unknown("Connecting", "Asking the gateway how it is.", undefined);
  if (hungFor(state) !== undefined) return hung(state, status);
  const { level, sentence } = status.verdict;
  return { level, word: WORDS[level], sentence, since: sinceOf(state, status), doing: doingOf(state, status) };
}

/**
 * @param {State} state
 * @param {Extract<State["connection"], { state: "lost" }>} connection
 */
function lost(state, { why, since }) {
  const { status } = state;
  if (!status) return unknown("No connection", `${why} It has told nothing yet.`, undefined);
  const clock = clockTime(since + state.offset);
  const before = `${WORDS[status.verdict.level]}: ${status.verdict.sentence}`;
  return unknown(
    "No connection",
    `${why} Nothing is known since ${clock}. Before that: ${before}.`,
    since + state.offset,
  );
}

/**
 * @param {State} state
 * @param {GatewayStatus} status
 * @returns {Verdict}
 */
function hung(state, { agent, verdict }) {
  const looked = timeOf(agent.looked) ?? gatewayNow(state);
  const sentence =
    `The agent answers, but has not looked at the gateway since ${clockTime(looked)}: nobody heals a modem that hangs. ` +
    `Before that: ${WORDS[verdict.level]}: ${verdict.sentence}.`;
  return { level: "critical", word: "The agent hangs", sentence, since: looked, doing: [] };
}

/**
 * @param {string} word
 * @param {string} sentence
 * @param {number | undefined} since
 * @returns {Verdict}
 */
function unknown(word, sentence, since) {
  return { level: "unknown", word, sentence, since, doing: [] };
}

/**
 * When that began which the verdict says: its finding, or the flag; for `ok`, the end of the last trouble on record.
 * @param {State} state
 * @param {GatewayStatus} status
 */
function sinceOf({ timeline }, { verdict, findings, flag, smsd }) {
  if (verdict.level === "ok" || verdict.level === "info") {
    return timeOf(timeline.findLast(({ level, phase }) => phase === "over" && level !== "info")?.time);
  }
  if (!smsd.running && flag?.inForce) return timeOf(flag.written);
  const same = findings.filter(({ level }) => level === verdict.level);
  const told = same.find(({ sentence }) => sentence === verdict.sentence);
  const down = smsd.running ? undefined : same.find(({ subject }) => subject === "smsd");
  return (told ?? down)?.since;
}

/**
 * What happens about it, by the agent or by hand: a sentence each.
 * @param {State} state
 * @param {GatewayStatus} status
 */
function doingOf({ jobs }, { modems, flag, smsd, deliveries, findings, verdict }) {
  const doing = modems.flatMap(({ name, recovery }) => {
    if (!recovery) return [];
    return [`The agent recovers ${name}: ${rungWords(recovery.rung)}, ${phaseWords(recovery.phase)}.`];
  });
  const until = timeOf(flag?.until);
  if (!smsd.running && flag?.inForce && until !== undefined) {
    doing.push(`The agent starts smsd again at ${clockTime(until)}.`);
  }
  if (findings.some(({ code }) => code === "smsd-down")) doing.push("The agent starts smsd again.");
  const waiting = [...(deliveries?.incoming?.sinks ?? []), ...(deliveries?.notices?.sinks ?? [])];
  const failing = waiting.filter((sink) => sink.failing);
  if (failing.length > 0)
    doing.push(`Delivery to ${failing.map(({ name }) => name).join(", ")} is tried again and again.`);
  const running = jobs.filter((job) => job.state === "running");
  if (running.length > 0) doing.push(`${counted(running.length, "thing")} done by hand: see Jobs.`);
  if (doing.length === 0 && verdict.level !== "ok" && findings.some(({ fix }) => fix !== undefined)) {
    doing.push("A person must do something: see Findings.");
  }
  return doing;
}
