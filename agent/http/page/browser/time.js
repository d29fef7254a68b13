import { h } from "./dom.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const ABSOLUTE = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DATE = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });

/**
 * A duration in the largest unit that leaves a number above one, as the agent's sentences say it: `90 s`, `12 min`, `3 h`.
 * @param {number} milliseconds
 */
export function spoken(milliseconds) {
  const rounded = Math.max(0, milliseconds);
  if (rounded < 2 * MINUTE) return `${Math.round(rounded / SECOND)} s`;
  if (rounded < 2 * HOUR) return `${Math.round(rounded / MINUTE)} min`;
  if (rounded < 2 * DAY) return `${Math.round(rounded / HOUR)} h`;
  return `${Math.round(rounded / DAY)} days`;
}

/**
 * What is left of a limit, to the second: `1:04:09`.
 * @param {number} milliseconds
 */
export function countdown(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / SECOND));
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const minutes = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds < 3600 ? minutes : `${Math.floor(seconds / 3600)}:${minutes}`;
}

/**
 * Milliseconds since 1970 of an ISO time; undefined for what is none.
 * @param {string | undefined} text
 */
export function timeOf(text) {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : time;
}

/** @param {number} time milliseconds since 1970 */
export function clockTime(time) {
  return CLOCK.format(time);
}

/** @param {number} time milliseconds since 1970 */
export function absolute(time) {
  return ABSOLUTE.format(time);
}

/**
 * `12 min ago`, with the time itself to be read off.
 * @param {number} time milliseconds since 1970
 * @param {number} now
 */
export function ago(time, now) {
  const text = time > now + SECOND ? `in ${spoken(time - now)}` : `${spoken(now - time)} ago`;
  return stamped(time, text);
}

/**
 * How long something lasts already.
 * @param {number} time milliseconds since 1970
 * @param {number} now
 */
export function lasting(time, now) {
  return stamped(time, spoken(now - time));
}

/**
 * The clock's time, and the day where it is another one.
 * @param {number} time milliseconds since 1970
 * @param {number} now
 */
export function moment(time, now) {
  const sameDay = new Date(time).toDateString() === new Date(now).toDateString();
  return stamped(time, sameDay ? clockTime(time) : `${DATE.format(time)} ${clockTime(time)}`);
}

/**
 * @param {number} time
 * @param {string} text
 */
function stamped(time, text) {
  return h("time", { datetime: new Date(time).toISOString(), title: absolute(time) }, text);
}
