import { h } from "./dom.js";
import { badge, foreign, section, unknown } from "./parts.js";
import { gatewayNow } from "./store.js";
import { ago, lasting, spoken, timeOf } from "./time.js";

/** @import { Job, State } from "./types.ts" */

/** @type {ReadonlyMap<string, string>} */
const KINDS = new Map([
  ["modem-reset", "Reset"],
  ["smsd-stop", "Stop smsd"],
  ["smsd-start", "Start smsd"],
  ["smsd-restart", "Restart smsd"],
  ["message-retry", "Deliver again"],
]);

/**
 * What people asked for by hand, newest first.
 * @param {State} state
 */
export function jobsView(state) {
  const { jobs } = state;
  const why = state.unread.jobs;
  return section(
    state,
    "jobs",
    "Jobs",
    why === undefined ? undefined : h("p", {}, unknown(why)),
    jobs.length === 0
      ? h(
          "p",
          { class: "quiet" },
          state.read.has("jobs") ? "Nothing was done by hand since the agent started." : "Not read yet.",
        )
      : h(
          "ul",
          { key: "list", class: "jobs" },
          jobs.map((job) => jobRow(job, gatewayNow(state))),
        ),
  );
}

/**
 * @param {Job} job
 * @param {number} now
 */
function jobRow(job, now) {
  return h(
    "li",
    { key: job.id },
    h(
      "details",
      { key: "details" },
      h(
        "summary",
        {},
        outcome(job),
        " ",
        jobTitle(job),
        " ",
        h("span", { class: "quiet" }, times(job, now), ", by ", foreign(job.by)),
      ),
      linesView(job),
    ),
  );
}

/** @param {Job} job */
export function jobTitle({ kind, subject }) {
  return [
    KINDS.get(kind) ?? kind,
    subject === undefined ? "" : [" ", foreign(kind === "message-retry" ? subject.slice(0, 12) : subject)],
  ];
}

/** @param {Job} job */
export function outcome({ state, exitCode }) {
  if (state === "running") return badge("info", "Running");
  if (state === "succeeded") return badge("ok", "Done");
  return badge("critical", exitCode === undefined ? "Failed" : `Failed (exit ${exitCode})`);
}

/**
 * @param {Job} job
 * @param {number} now
 */
export function times({ begun, ended }, now) {
  const from = timeOf(begun);
  const to = timeOf(ended);
  if (from === undefined) return "";
  if (to === undefined) return ["for ", lasting(from, now)];
  return [ago(to, now), `, took ${spoken(to - from)}`];
}

/** @param {Job} job */
export function linesView({ lines }) {
  if (lines.length === 0) return h("p", { key: "lines", class: "quiet" }, "It has said nothing yet.");
  return h(
    "ol",
    { key: "lines", class: "lines scroll", tabindex: 0, "aria-label": "What it says", role: "list" },
    lines.map((line) => h("li", {}, foreign(line))),
  );
}
