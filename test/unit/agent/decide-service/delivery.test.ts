import { expect, test } from "vitest";
import { checkIncomingDelivery, checkNoticeDelivery } from "../../../../agent/decide/checks/delivery.ts";
import type { IncomingState, SinkState } from "../../../../agent/model/delivery.ts";
import { sampleInventory } from "../../../helpers/sample-inventory.ts";
import { at, codes, seen, story } from "./story.ts";

const NOW = 10_000_000;
const MINUTE = 60_000;
const SINK: SinkState = { name: "crm", type: "webhook", waiting: 3, oldest: 0, delivered: 0 };
const GOOD: IncomingState = { sinks: [SINK], waiting: 3, deadLetters: 0, duplicates: 0, trouble: [] };
const { incoming } = sampleInventory();

function failing(minutes: number): SinkState {
  return { ...SINK, failing: { since: NOW - minutes * MINUTE, detail: "connection refused by 10.0.0.1:443" } };
}

function check(change: Partial<IncomingState>) {
  return checkIncomingDelivery({ ...GOOD, ...change }, incoming, NOW);
}

test("a receiver that works, and one that restarts, is no finding", () => {
  expect(check({})).toEqual([]);
  expect(check({ sinks: [failing(0.9)] })).toEqual([]);
});

test.each([
  [1, "warning"],
  [29, "warning"],
  [30, "critical"],
])("a receiver that takes nothing for %d minutes is %s", (minutes, level) => {
  const [found] = check({ sinks: [failing(minutes), { ...SINK, name: "log" }] });
  expect(found).toMatchObject({ code: "delivery-failing", level, notify: true });
  expect(found?.sentence).toContain("crm (webhook) takes no messages");
  expect(found?.evidence).toEqual(["crm: connection refused by 10.0.0.1:443 (3 waiting)"]);
});

test("what changes from one look to the next is evidence, so that it is told once", () => {
  const [one] = check({ sinks: [failing(2)] });
  const [other] = check({ sinks: [{ ...failing(3), waiting: 17 }] });
  expect(other?.sentence).toBe(one?.sentence);
});

test("dead letters stay a finding for as long as they are kept, and say what to do", () => {
  const [found] = check({ deadLetters: 2 });
  expect(found).toMatchObject({ code: "dead-letters", level: "warning", evidence: ["2 dead letters"] });
  expect(found?.sentence).toContain(incoming.deadLetter);
  expect(found?.fix).toContain("modemkeeper sms retry");
});

test("a folder that cannot be worked on is critical", () => {
  expect(check({ trouble: ["/var/spool/sms/incoming cannot be read"] })).toMatchObject([
    { code: "incoming-trouble", level: "critical", notify: true },
  ]);
});

test("a receiver of notices that gets none is told to the others, as a warning however long it lasts", () => {
  const state = { sinks: [failing(300)], waiting: 3, trouble: [] };
  expect(checkNoticeDelivery(state, NOW)).toMatchObject([{ code: "notices-failing", level: "warning" }]);
  expect(checkNoticeDelivery({ ...state, sinks: [SINK], trouble: ["the disk is full"] }, NOW)).toMatchObject([
    { code: "notices-trouble" },
  ]);
});

test("messages lie about: a finding where nobody is named, and none of that kind where somebody is", () => {
  const spool = { ...seen().spool, incoming: { count: 20, oldest: 0 } };
  const named = sampleInventory({ incoming: { ...incoming, sinks: [{ ...SINK, options: {}, secrets: {} }] } });
  expect(codes(story().look(seen({ spool }), at(0)))).toEqual(["incoming-unprocessed"]);
  expect(codes(story(named).look(seen({ spool, incoming: GOOD }), at(0)))).toEqual([]);
  expect(codes(story(named).look(seen({ spool, incoming: { ...GOOD, deadLetters: 1 } }), at(0)))).toEqual([
    "dead-letters",
  ]);
});
