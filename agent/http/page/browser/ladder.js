import { h } from "./dom.js";
import { foreign } from "./parts.js";
import { lasting, timeOf } from "./time.js";
import { PHASES, phaseWords, rungWords } from "./words.js";

/** @import { RecoveryState } from "./types.ts" */

/**
 * How far a recovery is: rungs as steps, and the phases of the rung that is tried now.
 * @param {string} name of the modem
 * @param {RecoveryState} recovery
 * @param {number} now
 */
export function ladderView(name, recovery, now) {
  const { rung, phase, cause, ladder = [rung], begun, phaseBegun } = recovery;
  const at = ladder.indexOf(rung);
  const since = timeOf(begun);
  const phaseSince = timeOf(phaseBegun);
  return h(
    "div",
    { key: "ladder", class: "ladder", role: "group", "aria-label": `Recovery of ${name}` },
    h(
      "p",
      { class: "ladder-head" },
      h("strong", {}, "In recovery"),
      since === undefined ? "" : [" for ", lasting(since, now)],
    ),
    h("p", { class: "quiet" }, foreign(cause)),
    h(
      "ol",
      { class: "rungs", "aria-label": "Rungs" },
      ladder.map((one, index) => rungView(one, index, at)),
    ),
    h(
      "ol",
      { class: "phases", "aria-label": `Phases of ${rungWords(rung)}` },
      PHASES.map(([code, word], index) => phaseView(code, word, index, phase)),
    ),
    h(
      "p",
      { class: "ladder-now" },
      `${rungWords(rung)}: ${phaseWords(phase)}`,
      phaseSince === undefined ? "" : [", ", lasting(phaseSince, now)],
    ),
  );
}

/**
 * @param {string} rung
 * @param {number} index
 * @param {number} at
 */
function rungView(rung, index, at) {
  const place = index < at ? "past" : index === at ? "now" : "next";
  const words = { past: "did not help", now: "now", next: "if that fails" };
  return h(
    "li",
    { key: `${index} ${rung}`, class: `rung rung-${place}`, "aria-current": place === "now" ? "step" : undefined },
    h("span", { class: "rung-name" }, rungWords(rung)),
    h("span", { class: "rung-place" }, words[place]),
  );
}

/**
 * @param {string} code
 * @param {string} word
 * @param {number} index
 * @param {string} phase
 */
function phaseView(code, word, index, phase) {
  const at = PHASES.findIndex(([one]) => one === phase);
  const place = index < at ? "past" : index === at ? "now" : "next";
  const words = { past: ", done", now: ", now", next: "" };
  return h(
    "li",
    { key: code, class: `phase phase-${place}`, "aria-current": place === "now" ? "step" : undefined },
    word,
    h("span", { class: "unseen" }, words[place]),
  );
}
