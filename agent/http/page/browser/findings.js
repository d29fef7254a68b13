import { h } from "./dom.js";
import { badge, foreign, section } from "./parts.js";
import { prose } from "./prose.js";
import { gatewayNow } from "./store.js";
import { ago } from "./time.js";
import { subjectWords } from "./words.js";

/** @import { OngoingFinding, State } from "./types.ts" */

const ORDER = ["critical", "warning", "info"];

/**
 * What is wrong, since when, what it was concluded from, and what to do. Nothing where the verdict has said it all.
 * @param {State} state
 */
export function findingsView(state) {
  const findings = [...(state.status?.findings ?? [])].sort(
    (a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level) || a.since - b.since,
  );
  if (findings.length === 0) return undefined;
  const now = gatewayNow(state);
  const list = findings.map((finding) => findingView(finding, now));
  return section(state, "findings", "Findings", h("ul", { key: "list", class: "findings" }, list));
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
    h("p", { class: "finding-sentence" }, prose(sentence, now)),
    fix === undefined ? undefined : h("p", { class: "fix" }, h("strong", {}, "What to do: "), prose(fix, now)),
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
