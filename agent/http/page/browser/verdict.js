import { gatewayNow, hungFor } from "./store.js";
import { clockTime, timeOf } from "./time.js";
import { counted } from "./words.js";

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
  const before = told(status.verdict);
  return unknown(
    "No connection",
    `${why} Nothing is known since ${clock}. Before that: ${before}`,
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
    `Before that: ${told(verdict)}`;
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
 * When that began which the verdict says; for `ok`, the end of the last trouble on record.
 * @param {State} state
 * @param {GatewayStatus} status
 */
function sinceOf({ timeline }, { verdict }) {
  if (verdict.level !== "ok" && verdict.level !== "info") return timeOf(verdict.since);
  return timeOf(timeline.findLast(({ level, phase }) => phase === "over" && level !== "info")?.time);
}

/**
 * What happens about it, by the agent or by hand: a sentence each.
 * @param {State} state
 * @param {GatewayStatus} status
 */
function doingOf({ jobs }, { verdict, deliveries }) {
  const sinks = [...(deliveries?.incoming?.sinks ?? []), ...(deliveries?.notices?.sinks ?? [])];
  const failing = sinks.filter((sink) => sink.failing).map(({ name }) => name);
  const running = jobs.filter((job) => job.state === "running").length;
  return [
    ...(verdict.doing === undefined ? [] : [sentence(verdict.doing)]),
    ...(failing.length === 0 ? [] : [`Delivery to ${failing.join(", ")} is tried again and again.`]),
    ...(running === 0 ? [] : [`${counted(running, "thing is", "things are")} being done by hand, see Jobs.`]),
  ];
}

/** @param {GatewayStatus["verdict"]} verdict */
function told({ level, sentence: text }) {
  return `${WORDS[level]}: ${ended(text)}`;
}

/** @param {string} text */
function sentence(text) {
  return ended(`${text.charAt(0).toUpperCase()}${text.slice(1)}`);
}

/** @param {string} text */
function ended(text) {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
