import { h } from "./dom.js";
import { levelIcon } from "./icons.js";
import { button } from "./parts.js";
import { prose } from "./prose.js";
import { gatewayNow, hungFor } from "./store.js";
import { ago, clockTime, moment, spoken } from "./time.js";
import { shownVerdict } from "./verdict.js";

/** @import { Verdict } from "./verdict.js" */
/** @import { State } from "./types.ts" */

/**
 * The bar on top: whose page it is, and whether it lives.
 * @param {State} state
 * @param {{ hurry(): void, forget(): void, askForToken(): void }} use
 */
export function topView(state, use) {
  return [
    h(
      "p",
      { key: "brand", class: "brand" },
      h("strong", {}, "modemkeeper"),
      " ",
      h("span", { class: "quiet" }, location.host),
    ),
    h("p", { key: "link", class: `link link-${linkLook(state)}` }, h("span", {}, linkWords(state))),
    h(
      "div",
      { key: "tools", class: "tools" },
      state.connection.state === "lost" || state.connection.state === "locked"
        ? button({ key: "now", label: "Try now", use: () => use.hurry() })
        : undefined,
      state.token
        ? button({ key: "forget", label: "Forget token", use: () => use.forget() })
        : button({ key: "token", label: "Enter token", use: () => use.askForToken() }),
    ),
  ];
}

/** @param {State} state */
function linkLook(state) {
  return hungFor(state) === undefined ? state.connection.state : "lost";
}

/** @param {State} state */
function linkWords(state) {
  const { connection } = state;
  if (connection.state === "connecting") return "Connecting";
  if (connection.state === "locked") return "Locked";
  const hung = hungFor(state);
  if (hung !== undefined) return `The agent has not looked for ${spoken(hung)}: what you see is old`;
  if (connection.state === "live") return "Live";
  const { since, nextTry } = connection;
  const wait = nextTry - Date.now();
  return [
    "No connection since ",
    h("time", {}, clockTime(since)),
    ` (${spoken(Date.now() - since)})`,
    state.status ? ": what you see is old. " : ". ",
    wait > 0 ? `Next try in ${spoken(wait)}.` : "Trying now.",
  ];
}

/**
 * Only word and sentence are spoken by a screen reader when they change, not the ages that count on.
 * @param {State} state
 */
export function verdictView(state) {
  const verdict = shownVerdict(state);
  const { level, word, sentence } = verdict;
  const now = gatewayNow(state);
  return h(
    "section",
    { key: "verdict", class: `verdict level-${level}`, "aria-label": "Verdict" },
    levelIcon(level),
    h(
      "div",
      { class: "verdict-said", role: "status", "aria-live": "polite", "aria-atomic": "true" },
      h("h1", {}, word),
      h("p", { class: "verdict-sentence" }, prose(sentence, now)),
    ),
    h(
      "div",
      { class: "verdict-more" },
      h("p", { class: "verdict-since" }, sinceWords(state, verdict)),
      verdict.doing.length === 0
        ? undefined
        : h(
            "ul",
            { class: "doing", "aria-label": "What is being done" },
            verdict.doing.map((line) => h("li", {}, prose(line, now))),
          ),
    ),
  );
}

/**
 * @param {State} state
 * @param {Verdict} verdict
 */
function sinceWords(state, { level, since }) {
  const now = gatewayNow(state);
  if (since !== undefined) {
    return [
      level === "ok" || level === "info" ? "No trouble since " : "Since ",
      moment(since, now),
      ", ",
      ago(since, now),
    ];
  }
  if ((level !== "ok" && level !== "info") || !state.read.has("timeline")) return "";
  const first = state.timeline[0];
  const from = first ? Date.parse(first.time) : now - 24 * 3_600_000;
  return ["No trouble in the timeline, which begins ", ago(from, now)];
}
