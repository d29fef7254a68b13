import { h } from "./dom.js";
import { LEVEL_WORD, levelIcon } from "./icons.js";
import { isStale } from "./store.js";
import { moment } from "./time.js";

/** @import { Shown, State } from "./types.ts" */
/** @import { Child } from "./dom.js" */

/**
 * A part of the page with its heading. Where what it shows may no longer be so, it says of when it is.
 * @param {State} state
 * @param {string} id
 * @param {string} title
 * @param {...Child} children
 */
export function section(state, id, title, ...children) {
  return h(
    "section",
    { key: id, class: `card card-${id}`, "aria-labelledby": `${id}-title` },
    h("div", { class: "card-head" }, h("h2", { id: `${id}-title` }, title), staleMark(state)),
    ...children,
  );
}

/** @param {State} state */
export function staleMark(state) {
  if (!isStale(state) || !state.status) return undefined;
  const at = state.receivedAt + state.offset;
  return h("span", { class: "stale-mark" }, "as of ", moment(at, at));
}

/**
 * @param {string} why
 */
export function unknown(why) {
  return h("span", { class: "unknown" }, "unknown", h("span", { class: "why" }, `: ${why}`));
}

/**
 * A level's shape and word.
 * @param {Shown} level
 * @param {string} [word]
 */
export function badge(level, word = LEVEL_WORD[level]) {
  return h("span", { class: `badge level-${level}` }, levelIcon(level), word);
}

/**
 * Text that others wrote: its writing direction stays its own.
 * @param {string} text
 */
export function foreign(text) {
  return h("bdi", { class: "foreign" }, text);
}

/**
 * Name and value, a row each.
 * @param {readonly (readonly [string, Child])[]} rows
 */
export function facts(rows) {
  return h(
    "dl",
    { class: "facts" },
    rows.map(([name, value]) => h("div", { key: name, class: "fact" }, h("dt", {}, name), h("dd", {}, value))),
  );
}

/**
 * A button that can be reached by keyboard even while it may not be used: then it says why not.
 * @param {{ key: string, label: string, shown?: string, use: () => void, not?: string | undefined, class?: string }} properties
 */
export function button({ key, label, shown = label, use, not, class: look = "" }) {
  return h(
    "button",
    {
      key,
      type: "button",
      class: `button ${look}`,
      "aria-label": shown === label ? undefined : label,
      "aria-disabled": not === undefined ? undefined : "true",
      title: not,
      click: () => {
        if (not === undefined) use();
      },
    },
    shown,
  );
}

/**
 * Why nothing can be done from here now.
 * @param {State} state
 */
export function whyNot(state) {
  return state.connection.state === "live" ? undefined : "There is no connection to the gateway.";
}
