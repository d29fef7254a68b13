import { expect, test } from "vitest";
import { trackFindings } from "../../../../agent/decide/track-findings.ts";
import type { Finding } from "../../../../agent/model/finding.ts";
import { at, WALL } from "./story.ts";

function finding(change: Partial<Finding> = {}): Finding {
  return {
    code: "smsd-down",
    subject: "smsd",
    level: "critical",
    sentence: "It is down.",
    evidence: [],
    notify: true,
    ...change,
  };
}

test("a finding begins once, keeps its beginning, and ends once", () => {
  const begun = trackFindings({}, [finding()], at(0));
  expect(begun.transitions).toMatchObject([
    { code: "smsd-down", phase: "begun", notify: true, sentence: "It is down." },
  ]);
  const goes = trackFindings(begun.findings, [finding({ evidence: ["more"] })], at(60));
  expect(goes.transitions).toEqual([]);
  expect(goes.findings["smsd smsd-down"]).toMatchObject({ since: WALL, evidence: ["more"] });
  const over = trackFindings(goes.findings, [], at(600));
  expect(over).toMatchObject({
    findings: {},
    transitions: [{ phase: "over", sentence: "Over after 10 min: It is down." }],
  });
});

test("another level begins it anew, with its old beginning", () => {
  const info = trackFindings({}, [finding({ level: "info", notify: false })], at(0));
  const worse = trackFindings(info.findings, [finding({ level: "warning" })], at(60));
  expect(worse.transitions).toMatchObject([{ phase: "begun", level: "warning", notify: true }]);
  expect(worse.findings["smsd smsd-down"]?.since).toBe(WALL);
});

test("the same code of two subjects is two findings; said twice of one, the graver counts", () => {
  const two = trackFindings({}, [finding(), finding({ subject: "modem:A" })], at(0));
  expect(Object.keys(two.findings)).toEqual(["smsd smsd-down", "modem:A smsd-down"]);
  const same = trackFindings({}, [finding({ level: "info" }), finding(), finding({ level: "warning" })], at(0));
  expect(same.transitions).toMatchObject([{ level: "critical" }]);
});

test("a wall clock that was set back makes no claim of how long it was", () => {
  const begun = trackFindings({}, [finding()], at(0));
  expect(trackFindings(begun.findings, [], at(60, -86_400)).transitions[0]?.sentence).toBe("Over: It is down.");
});
