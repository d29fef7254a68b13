import { h } from "./dom.js";
import { badge, foreign, section } from "./parts.js";
import { gatewayNow } from "./store.js";
import { ago } from "./time.js";
import { subjectWords } from "./words.js";

/** @import { OngoingFinding, State } from "./types.ts" */

const ORDER = ["critical", "warning", "info"];

/**
 * What is wrong, since when, what it was concluded from, and what to do.
 * @param {State} state
 */
export function findingsView(state) {
  const findings = [...(state.status?.findings ?? [])].sort(
    (a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level) || a.since - b.since,
  );
  const now = gatewayNow(state);
  const none = h("p", { class: "quiet" }, "Nothing is wrong that the agent knows of.");
  return section(
    state,
    "findings",
    "Findings",
    findings.length === 0
      ? none
      : h(
          "ul",
          { key: "list", class: "findings" },
          findings.map((finding) => findingView(finding, now)),
        ),
  );
}

/**
 * @param {OngoingFinding} finding
 * @param {number} now
 */
function findingView({ code, subject, level, sentence, evidence, fix, since }, now) {
  return h(
    "li",
    { key: `${subject} ${code}`, class: `finding level-${level}` },
    h(
      "p",
      { class: "finding-head" },
      badge(level),
      h("span", { class: "subject" }, foreign(subjectWords(subject))),
      h("span", { class: "quiet" }, ago(since, now)),
    ),
    h("p", { class: "finding-sentence" }, foreign(sentence)),
    fix === undefined ? undefined : h("p", { class: "fix" }, h("strong", {}, "What to do: "), foreign(fix)),
    evidence.length === 0
      ? undefined
      : h(
          "details",
          { key: "evidence" },
          h("summary", {}, "Evidence", h("span", { class: "unseen" }, ` for ${code} of ${subjectWords(subject)}`)),
          h(
            "ul",
            { class: "evidence" },
            evidence.map((line) => h("li", {}, foreign(line))),
          ),
        ),
  );
}
