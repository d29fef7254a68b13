import { expect, test } from "vitest";
import {
  DEAD,
  INCOMING,
  inventoryWith,
  PostOffice,
  PROCESSED,
  REPORT,
  STATES,
  sink,
  started,
} from "../../../helpers/memory/post-office.ts";

/* What becomes of messages while all goes well, and while something does not; the process lives. */

const A = sink("a");
const B = sink("b");
const ANNA = "+491701234567";
const BERT = "+491709876543";

test("what lies there at the start and what comes then is delivered and put away under its id", async () => {
  const office = new PostOffice();
  office.sms("GSM1.aaaaaa", ANNA, "one");
  const agent = await started(office);
  await agent.emptied();
  office.sms("GSM1.bbbbbb", ANNA, "two");
  await agent.emptied();
  expect(office.texts("a")).toEqual(["one", "two"]);
  const ids = office.got.map(({ envelope }) => envelope.id);
  expect(office.spool.names(PROCESSED).map((name) => name.slice(17))).toEqual(ids);
  expect(office.spool.names(PROCESSED)[0]).toMatch(/^20261122T12\d{4}Z-[0-9a-f]{32}$/);
  expect(agent.incoming.state()).toMatchObject({ waiting: 0, deadLetters: 0, duplicates: 0, trouble: [] });
});

test("a message that comes is delivered without waiting for anything", async () => {
  const office = new PostOffice();
  const agent = await started(office);
  await agent.until(() => agent.incoming.state()?.waiting === 0);
  const before = office.time.monotonic;
  office.sms("GSM1.aaaaaa", ANNA, "now");
  await agent.until(() => office.got.length === 1);
  expect(office.time.monotonic).toBe(before);
});

test("the event says what it is, where it comes from, and when it was", async () => {
  const office = new PostOffice();
  office.sms("GSM1.aaaaaa", ANNA, "hello");
  const agent = await started(office);
  await agent.emptied();
  expect(office.got[0]?.envelope).toMatchObject({
    type: "modemkeeper.sms.received",
    source: "/modemkeeper/box/GSM1",
    time: "2026-11-22T12:00:00.000Z",
    data: { kind: "message", from: ANNA, text: "hello", modem: "GSM1", incomplete: false },
    file: `${INCOMING}/GSM1.aaaaaa`,
  });
});

test("without sinks nothing is touched", async () => {
  const office = new PostOffice();
  office.sms("GSM1.aaaaaa", ANNA, "mine");
  const agent = await started(office, []);
  await office.time.advance(120_000);
  expect(agent.calls).toEqual([]);
  expect(agent.incoming.state()).toBeUndefined();
});

test("all goes well: no state is ever written", async () => {
  const office = new PostOffice();
  for (let count = 0; count < 20; count += 1) office.sms(`GSM1.${String(count).padStart(6, "a")}`, ANNA, `${count}`);
  const agent = await started(office);
  await agent.emptied();
  expect(agent.calls.filter((line) => line.startsWith("write"))).toEqual([]);
});

test("messages of one sender keep the order in which smsd wrote them, then the one in which they were sent", async () => {
  const office = new PostOffice();
  const at = office.wall;
  office.sms("GSM1.zzzzzz", ANNA, "first", at - 5000);
  office.sms("GSM1.aaaaaa", ANNA, "second", at - 4000);
  office.sms("GSM1.mmmmmm", ANNA, "third", at - 3000);
  const agent = await started(office);
  await agent.emptied();
  expect(office.texts("a")).toEqual(["first", "second", "third"]);
});

test("a sender whose messages fail holds up nobody else, and keeps its order", async () => {
  const office = new PostOffice();
  let angry = true;
  office.answers.set("a", ({ data }) =>
    angry && (data as { from: string }).from === ANNA
      ? { outcome: "retry", detail: "not this one" }
      : { outcome: "delivered", detail: "taken" },
  );
  for (let count = 0; count < 5; count += 1) {
    office.sms(`GSM1.aaaaa${count}`, ANNA, `anna ${count}`, office.wall + count);
    office.sms(`GSM1.bbbbb${count}`, BERT, `bert ${count}`, office.wall + count);
  }
  const agent = await started(office);
  await agent.until(() => office.texts("a", BERT).length === 5);
  expect(office.texts("a", ANNA)).toEqual([]);
  angry = false;
  await agent.emptied();
  expect(office.texts("a", ANNA)).toEqual([0, 1, 2, 3, 4].map((count) => `anna ${count}`));
  expect(office.texts("a", BERT)).toEqual([0, 1, 2, 3, 4].map((count) => `bert ${count}`));
});

test("a sink that is down holds up no other; what the others have is written down", async () => {
  const office = new PostOffice();
  let down = true;
  office.answers.set("b", () =>
    down ? { outcome: "retry", detail: "no route" } : { outcome: "delivered", detail: "" },
  );
  office.sms("GSM1.aaaaaa", ANNA, "one");
  office.sms("GSM1.bbbbbb", BERT, "two");
  const agent = await started(office, [A, B]);
  await agent.until(() => office.spool.names(STATES).length === 2);
  expect(office.texts("a")).toEqual(["one", "two"]);
  const state = agent.incoming.state();
  expect(state?.sinks).toMatchObject([
    { name: "a", waiting: 0, delivered: 2 },
    { name: "b", waiting: 2, delivered: 0, failing: { detail: "no route" } },
  ]);
  expect(state?.waiting).toBe(2);
  down = false;
  await agent.emptied();
  expect(office.texts("b").toSorted()).toEqual(["one", "two"]);
  await agent.until(() => office.spool.names(STATES).length === 0);
});

test("a message that one sink refuses reaches the others, and is kept with the reason", async () => {
  const office = new PostOffice();
  office.answers.set("b", ({ data }) =>
    (data as { text: string }).text === "bad"
      ? { outcome: "refused", detail: "HTTP 422" }
      : { outcome: "delivered", detail: "" },
  );
  office.sms("GSM1.aaaaaa", ANNA, "bad", office.wall);
  office.sms("GSM1.bbbbbb", ANNA, "good", office.wall + 1000);
  const agent = await started(office, [A, B]);
  await agent.emptied();
  expect(office.texts("a")).toEqual(["bad", "good"]);
  expect(office.texts("b")).toEqual(["good"]);
  const [letter = "", why = ""] = office.spool.names(DEAD);
  expect(why).toBe(`${letter}.why`);
  expect(JSON.parse(office.spool.text(DEAD, why) ?? "")).toMatchObject({
    format: "modemkeeper.dead-letter/1",
    id: letter.slice(17),
    name: "GSM1.aaaaaa",
    folder: INCOMING,
    reason: "b did not take it: refused twice: HTTP 422".replace("twice", "2 times"),
    sinks: { a: { outcome: "delivered", attempts: 1 }, b: { outcome: "refused", attempts: 2, type: "webhook" } },
  });
  expect(office.deadLettered).toHaveLength(1);
  expect(agent.incoming.state()).toMatchObject({ deadLetters: 1 });
  await agent.until(() => office.spool.names(STATES).length === 0);
});

// There is no state file yet when the only sink's first refusal is its last.
test.each([1, 2, 3])(
  "a message that its only sink refuses for good after %i times is kept with the reason",
  async (refusals) => {
    const office = new PostOffice();
    office.answers.set("only", () => ({ outcome: "refused", detail: "HTTP 422" }));
    office.sms("GSM1.aaaaaa", ANNA, "bad", office.wall);
    const agent = await started(office, [sink("only", { refusals })]);
    await agent.emptied();
    expect(office.spool.names(PROCESSED)).toEqual([]);
    expect(office.spool.names(DEAD)).toHaveLength(2);
    expect(office.deadLettered).toHaveLength(1);
    await agent.until(() => office.spool.names(STATES).length === 0);
  },
);

test("status reports are delivered as what they are, from their own folder", async () => {
  const office = new PostOffice();
  const content =
    "From: 491701234567\nModem: GSM1\nUDH: no\n\nSMS STATUS REPORT\nMessage_id: 5\nStatus: 0,Ok,short message received\n";
  office.spool.put(REPORT, "GSM1.aaaaaa", content, BigInt(office.wall) * 1_000_000n);
  const agent = await started(office);
  await agent.emptied();
  expect(office.got[0]?.envelope).toMatchObject({ type: "modemkeeper.sms.report", data: { kind: "status-report" } });
});

test("another inventory: a new sink gets what waits, one that is gone is waited for no longer", async () => {
  const office = new PostOffice();
  office.answers.set("b", () => ({ outcome: "retry", detail: "down" }));
  office.sms("GSM1.aaaaaa", ANNA, "one");
  const agent = await started(office, [A, B]);
  await agent.until(() => office.texts("a").length === 1);
  await agent.incoming.configure(inventoryWith([A, sink("c")]));
  await agent.emptied();
  expect(office.texts("a")).toEqual(["one"]);
  expect(office.texts("c")).toEqual(["one"]);
  expect(agent.incoming.state()?.sinks).toMatchObject([
    { name: "a", delivered: 1 },
    { name: "c", delivered: 1 },
  ]);
});

test("a disk that takes nothing: nobody is asked twice, and everything goes on when it is mended", async () => {
  const office = new PostOffice();
  let full = true;
  office.sms("GSM1.aaaaaa", ANNA, "one");
  const agent = office.agent({ refuses: (line) => full && /^(move|write|make|sync)/.test(line) });
  await agent.incoming.start(inventoryWith([A]));
  await agent.until(() => (agent.incoming.state()?.trouble.length ?? 0) > 0 && office.got.length === 1);
  await office.time.advance(600_000);
  office.sms("GSM1.bbbbbb", ANNA, "two");
  await agent.until(() => office.got.length === 2);
  full = false;
  await agent.emptied();
  expect(office.texts("a")).toEqual(["one", "two"]);
  await agent.until(() => agent.incoming.state()?.trouble.length === 0);
});

test("messages that somebody takes away while they wait are forgotten, however many", async () => {
  const office = new PostOffice();
  let down = true;
  office.answers.set("a", () => (down ? { outcome: "retry", detail: "down" } : { outcome: "delivered", detail: "" }));
  for (let count = 0; count < 3000; count += 1)
    office.sms(`GSM1.${String(count).padStart(6, "a")}`, `+49170${count}`, "x");
  const agent = await started(office);
  await agent.until(() => (agent.incoming.state()?.sinks[0]?.failing?.since ?? 0) > 0);
  office.spool.folder(INCOMING).clear();
  down = false;
  office.sms("GSM1.zzzzzz", ANNA, "new");
  await agent.until(() => agent.incoming.state()?.waiting === 0);
  expect(office.texts("a").at(-1)).toBe("new");
});

test("old messages are removed by age and by number, the eldest first", async () => {
  const office = new PostOffice();
  const id = (count: number) => count.toString(16).padStart(32, "0");
  office.spool.folder(PROCESSED).set("not ours", { kind: "file", content: Buffer.alloc(0), modifiedAt: 0n });
  for (let day = 1; day <= 9; day += 1) {
    office.spool.put(PROCESSED, `2026110${day}T000000Z-${id(day)}`, "", 0n);
  }
  const agent = await started(office, [A], { keepFor: 16, keepAtMost: 2 });
  await agent.until(() => office.spool.names(PROCESSED).length <= 3);
  expect(office.spool.names(PROCESSED)).toEqual([`20261108T000000Z-${id(8)}`, `20261109T000000Z-${id(9)}`, "not ours"]);
});
