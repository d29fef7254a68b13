import { expect, test } from "vitest";
import {
  DEAD,
  INCOMING,
  inventoryWith,
  PostOffice,
  PROCESSED,
  REPORT,
  sink,
  started,
} from "../../../helpers/memory/post-office.ts";

/* Which files are messages, when they are whole, and which were delivered before. */

const A = sink("a");
const ANNA = "+491701234567";

test("the same message again is put away undelivered, within the window only", async () => {
  const office = new PostOffice();
  const agent = await started(office, [A], { duplicateWindow: 3600 });
  office.sms("GSM1.aaaaaa", ANNA, "once");
  await agent.emptied();
  office.sms("GSM1.bbbbbb", ANNA, "once");
  await agent.emptied();
  expect(office.texts("a")).toEqual(["once"]);
  expect(office.spool.names(PROCESSED)[1]).toMatch(/\.duplicate-1$/);
  await agent.until(() => agent.incoming.state()?.duplicates === 1);
  await office.time.advance(3_700_000);
  office.sms("GSM1.cccccc", ANNA, "once");
  await agent.emptied();
  expect(office.texts("a")).toEqual(["once", "once"]);
});

test("the same message is known after a restart, by the names of what was put away", async () => {
  const office = new PostOffice();
  office.sms("GSM1.aaaaaa", ANNA, "once");
  const before = await started(office);
  await before.emptied();
  await before.incoming.stop();
  office.sms("GSM1.bbbbbb", ANNA, "once");
  await (await started(office)).emptied();
  expect(office.texts("a")).toEqual(["once"]);
});

test("two files of one message at once: one is delivered, the other waits and is put away after it", async () => {
  const office = new PostOffice();
  office.answers.set("a", (_envelope, attempt) =>
    attempt < 3 ? { outcome: "retry", detail: "later" } : { outcome: "delivered", detail: "" },
  );
  office.sms("GSM1.aaaaaa", ANNA, "twice", office.wall);
  office.sms("GSM1.bbbbbb", ANNA, "twice", office.wall + 1);
  const agent = await started(office);
  await agent.emptied();
  expect(office.texts("a")).toEqual(["twice"]);
  expect(office.spool.names(PROCESSED)).toHaveLength(2);
});

test("a file that is written in pieces is taken when it is whole, or when nobody has written for two seconds", async () => {
  const office = new PostOffice();
  const agent = await started(office);
  await agent.until(() => agent.calls.includes(`list ${REPORT}`));
  await agent.incoming.stop();
  office.sms("GSM1.aaaaaa", ANNA, "a text of some length");
  const whole = office.spool.folder(INCOMING).get("GSM1.aaaaaa")?.content ?? Buffer.alloc(0);
  office.spool.folder(INCOMING).clear();
  office.time.jumps = false;
  await agent.incoming.configure(inventoryWith([A]));
  for (let end = 40; end < whole.length; end += 40) {
    office.spool.put(INCOMING, "GSM1.bbbbbb", whole.subarray(0, end), BigInt(office.wall) * 1_000_000n);
    await office.time.advance(500);
    expect(office.texts("a")).toEqual([]);
  }
  office.spool.put(INCOMING, "GSM1.bbbbbb", whole, BigInt(office.wall) * 1_000_000n);
  await agent.until(() => office.got.length === 1);
  expect(office.texts("a")).toEqual(["a text of some length"]);
});

test.each([
  ["an empty file, as smsd leaves on a full disk", Buffer.alloc(0)],
  ["half a header", Buffer.from("From: 4917")],
  ["no message at all", Buffer.from("\x7fELF\0\0\0\0")],
])("%s is kept as a dead letter, with the reason", async (_what, content) => {
  const office = new PostOffice();
  office.spool.put(INCOMING, "GSM1.aaaaaa", content, BigInt(office.wall) * 1_000_000n);
  const before = office.time.monotonic;
  const agent = await started(office);
  await agent.emptied();
  // smsd may still have been writing it.
  expect(office.time.monotonic - before).toBe(2_000);
  expect(office.got).toEqual([]);
  expect(office.spool.names(DEAD)).toHaveLength(2);
  expect(office.deadLettered).toHaveLength(1);
});

test("what is no file, or too large, is kept unread; folders and smsd's own files are left alone", async () => {
  const office = new PostOffice();
  const at = BigInt(office.wall) * 1_000_000n;
  office.spool.put(INCOMING, "fifo", "", at, "other");
  office.spool.put(INCOMING, "huge", Buffer.alloc(1_048_577), at);
  office.spool.put(INCOMING, "folder", "", at, "folder");
  office.spool.put(INCOMING, "GSM1.abcdef.LOCK", "", at);
  const agent = await started(office);
  await agent.until(() => office.spool.names(DEAD).length === 4);
  expect(office.spool.names(INCOMING)).toEqual(["GSM1.abcdef.LOCK", "folder"]);
  expect(office.deadLettered.map(({ reason }) => reason).toSorted()).toEqual([
    "it is larger than 1048576 octets, which no message is",
    "it is no regular file",
  ]);
});
