import { h } from "./dom.js";
import { LEVEL_WORD, levelIcon } from "./icons.js";
import { foreign, section, unknown } from "./parts.js";
import { prose } from "./prose.js";
import { entryKey, gatewayNow } from "./store.js";
import { moment, timeOf } from "./time.js";
import { counted, subjectWords } from "./words.js";

/** @import { Filter, Shown, State, TimelineEntry } from "./types.ts" */

/** @type {readonly (readonly [Filter, string])[]} */
const FILTERS = [
  ["info", "Everything"],
  ["warning", "Warnings and worse"],
  ["critical", "Critical only"],
];
const RANK = { info: 0, warning: 1, critical: 2 };

/**
 * What happened, newest first.
 * @param {State} state
 * @param {(filter: Filter) => void} choose
 */
export function timelineView(state, choose) {
  const entries = state.timeline.filter(({ level }) => RANK[level] >= RANK[state.filter]).toReversed();
  const why = state.unread.timeline;
  return section(
    state,
    "timeline",
    "Timeline",
    h(
      "div",
      { key: "filter", class: "filter", role: "group", "aria-label": "What the timeline shows" },
      FILTERS.map(([filter, label]) =>
        h(
          "button",
          {
            key: filter,
            type: "button",
            class: "button button-filter",
            "aria-pressed": filter === state.filter ? "true" : "false",
            click: () => choose(filter),
          },
          label,
        ),
      ),
    ),
    why === undefined ? undefined : h("p", {}, unknown(why)),
    entries.length === 0 ? h("p", { class: "quiet" }, emptyWords(state)) : list(entries, gatewayNow(state)),
  );
}

/** @param {State} state */
function emptyWords({ timeline, filter, read }) {
  if (!read.has("timeline")) return "Not read yet.";
  if (timeline.length === 0) return "Nothing happened in the last 24 hours.";
  const kind = filter === "critical" ? "critical" : "a warning or critical";
  return `None of ${counted(timeline.length, "entry", "entries")} is ${kind}.`;
}

/**
 * @param {readonly TimelineEntry[]} entries
 * @param {number} now
 */
function list(entries, now) {
  return h(
    "div",
    { key: "list", class: "scroll", tabindex: 0, role: "region", "aria-label": "Timeline entries" },
    h(
      "ol",
      { class: "entries", role: "list" },
      entries.map((entry) => entryView(entry, now)),
    ),
  );
}

/**
 * @param {TimelineEntry} entry
 * @param {number} now
 */
function entryView(entry, now) {
  const { time, subject, level, phase, sentence, evidence = [] } = entry;
  /** @type {Shown} */
  const shown = phase === "over" ? "ok" : level;
  return h(
    "li",
    { key: entryKey(entry), class: `entry level-${shown}` },
    h("span", { class: "entry-time" }, moment(timeOf(time) ?? now, now)),
    h(
      "span",
      { class: "entry-level" },
      levelIcon(shown),
      phase === "over" ? undefined : h("span", { class: "unseen" }, LEVEL_WORD[level]),
    ),
    h("span", { class: "entry-subject" }, foreign(subjectWords(subject))),
    h(
      "div",
      { class: "entry-what" },
      phase === "over" ? h("strong", {}, "Over: ") : "",
      prose(sentence, now),
      evidence.length === 0
        ? undefined
        : h(
            "details",
            { key: "evidence" },
            h("summary", {}, "Evidence", h("span", { class: "unseen" }, ` for: ${sentence}`)),
            h(
              "ul",
              { class: "evidence" },
              evidence.map((line) => h("li", {}, foreign(line))),
            ),
          ),
    ),
  );
}
