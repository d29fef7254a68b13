import { h } from "./dom.js";
import { moment, timeOf } from "./time.js";

/** What the agent's sentences hold beside words: commands between backticks, and times as programs write them. */
const SPECIAL = /`([^`]+)`|(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)/g;

/**
 * A sentence of the agent's, readable: commands look like commands, times are told by the reader's own clock. It may quote
 * others, so its writing direction stays its own.
 * @param {string} text
 * @param {number} now
 */
export function prose(text, now) {
  /** @type {import("./dom.js").Child[]} */
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(SPECIAL)) {
    const [whole, command, time] = match;
    const at = timeOf(time);
    parts.push(
      text.slice(end, match.index),
      command !== undefined ? h("code", {}, command) : at === undefined ? whole : moment(at, now),
    );
    end = match.index + whole.length;
  }
  return h("bdi", { class: "foreign" }, parts, text.slice(end));
}
