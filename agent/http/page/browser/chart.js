import { h } from "./dom.js";
import { dbmWords } from "./signal.js";
import { moment, spoken, timeOf } from "./time.js";

/** @import { SignalSample } from "./types.ts" */
/** @typedef {{ readonly time: number, readonly dbm: number }} Point */

const WIDTH = 600;
const HEIGHT = 100;
/** The scale of +CSQ, dBm. */
const LOWEST = -113;
const HIGHEST = -51;
const LINES = [-60, -80, -100];
/** More than so many usual distances between two samples are a gap. */
const GAP = 4;

/**
 * Signal over time as a picture, with the same in words beneath it.
 * @param {string} name of the modem
 * @param {readonly SignalSample[]} samples oldest first
 * @param {number} now
 */
export function signalChart(name, samples, now) {
  const points = samples.flatMap(({ at, dbm }) => {
    const time = timeOf(at);
    return time === undefined || dbm === undefined ? [] : [{ time, dbm }];
  });
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return h("p", { class: "quiet" }, "No signal was measured yet, so there is nothing to draw.");
  const from = Math.min(first.time, timeOf(samples[0]?.at) ?? first.time);
  const to = Math.max(now, last.time, from + 1);
  const pieces = piecesOf(samples);
  const words = summary(points, pieces.length - 1, to - from);
  return h(
    "figure",
    { class: "chart" },
    picture(`Signal of ${name}. ${words}`, pieces, from, to),
    h(
      "div",
      { class: "chart-scale", "aria-hidden": "true" },
      LINES.map((dbm) => h("span", { class: `chart-at${dbm}` }, String(dbm).replace("-", "−"))),
    ),
    h("div", { class: "chart-times" }, moment(from, now), h("span", {}, "now")),
    h("figcaption", {}, words),
  );
}

/**
 * @param {string} label
 * @param {readonly (readonly Point[])[]} pieces
 * @param {number} from
 * @param {number} to
 */
function picture(label, pieces, from, to) {
  const x = (/** @type {number} */ time) => round(((time - from) / (to - from)) * WIDTH);
  const line = (/** @type {readonly Point[]} */ piece) =>
    piece.map(({ time, dbm }, index) => `${index === 0 ? "M" : "L"}${x(time)} ${height(dbm)}`).join("");
  return h(
    "svg",
    { role: "img", "aria-label": label, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none" },
    LINES.map((dbm) => h("path", { class: "chart-grid", d: `M0 ${height(dbm)}H${WIDTH}` })),
    pieces.map((piece) => {
      const start = piece[0];
      const end = piece.at(-1);
      if (!start || !end || piece.length < 2) return undefined;
      return h("path", { class: "chart-area", d: `${line(piece)}V${HEIGHT}H${x(start.time)}Z` });
    }),
    // A point alone is a line of no length with round ends.
    pieces.map((piece) => h("path", { class: "chart-line", d: piece.length === 1 ? `${line(piece)}h0` : line(piece) })),
  );
}

/** @param {number} dbm */
function height(dbm) {
  const share = (Math.min(HIGHEST, Math.max(LOWEST, dbm)) - LOWEST) / (HIGHEST - LOWEST);
  return round(HEIGHT - share * HEIGHT);
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}

/**
 * Runs of samples without a gap: no line is drawn over a time of which nothing is known.
 * @param {readonly SignalSample[]} samples
 * @returns {Point[][]}
 */
function piecesOf(samples) {
  const times = samples.flatMap(({ at }) => timeOf(at) ?? []);
  const distances = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const usual = [...distances].sort((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0;
  /** @type {Point[][]} */
  const pieces = [];
  let open = false;
  let before = 0;
  for (const { at, dbm } of samples) {
    const time = timeOf(at);
    if (time === undefined) continue;
    if (time - before > GAP * usual) open = false;
    before = time;
    if (dbm === undefined) open = false;
    else if (open) pieces.at(-1)?.push({ time, dbm });
    else pieces.push([{ time, dbm }]);
    open = dbm !== undefined;
  }
  return pieces;
}

/**
 * @param {readonly Point[]} points at least one
 * @param {number} gaps
 * @param {number} span milliseconds
 */
function summary(points, gaps, span) {
  const values = points.map(({ dbm }) => dbm);
  const lowest = Math.min(...values);
  const highest = Math.max(...values);
  const range =
    lowest === highest ? `always ${dbmWords(lowest)}` : `between ${dbmWords(lowest)} and ${dbmWords(highest)}`;
  const holes = gaps === 0 ? "" : gaps === 1 ? ", with one gap" : `, with ${gaps} gaps`;
  return `The last ${spoken(span)}: ${range}${holes}. Last measured: ${dbmWords(values.at(-1) ?? lowest)}.`;
}
