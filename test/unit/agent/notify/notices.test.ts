import { afterEach, describe, expect, test } from "vitest";
import { event, finding } from "./notice-story.ts";
import { DOWN, type NoticesDesk, noticesDesk, sink } from "./notices-desk.ts";

let desk: NoticesDesk;

afterEach(async () => {
  await desk.notices.stop();
});

const fault = (number: number, level: "warning" | "critical" = "critical") =>
  finding({ code: `fault-${number}`, level, sentence: `Fault ${number}.` });

describe("delivery", () => {
  test("each receiver gets its own; what everybody has is no longer on disk", async () => {
    desk = await noticesDesk([sink("ops"), sink("night", { minimum: "critical" })]);
    await desk.pass([finding(), fault(1, "warning")]);
    expect(desk.receiver("ops").heard).toEqual(["begun smsd-down", "begun fault-1"]);
    expect(desk.receiver("night").heard).toEqual(["begun smsd-down"]);
    expect([desk.outbox, desk.notices.state().waiting]).toEqual([[], 0]);
  });

  test("a receiver that is down gets all in order, with the times at which it happened; others do not wait for it", async () => {
    desk = await noticesDesk([sink("ops"), sink("far")]);
    desk.receiver("far").answer = () => DOWN;
    await desk.pass([finding()]);
    await (await desk.after(600)).pass([], [event()]);
    expect(desk.receiver("ops").heard).toEqual(["begun smsd-down", "over smsd-down", "done sim-exchanged"]);
    expect(desk.notices.state().sinks).toMatchObject([
      { name: "ops", waiting: 0, delivered: 3 },
      { name: "far", waiting: 3, oldest: 600_000, failing: { detail: "connection refused" } },
    ]);
    desk.receiver("far").answer = () => ({ outcome: "delivered", detail: "back" });
    await desk.after(300);
    expect(desk.receiver("far").got).toEqual(desk.receiver("ops").got);
    expect(desk.receiver("far").got.map(({ at }) => at)).toEqual([
      "2030-01-01T00:00:00.000Z",
      "2030-01-01T00:10:00.000Z",
      "2030-01-01T00:10:00.000Z",
    ]);
    expect(desk.outbox).toEqual([]);
  });

  test("after a restart what was not delivered is, and what was told is not told again", async () => {
    desk = await noticesDesk();
    desk.receiver().answer = () => DOWN;
    await desk.pass([finding()]);
    await desk.notices.stop();
    desk.receiver().answer = () => ({ outcome: "delivered", detail: "back" });
    await desk.restart();
    await desk.pass([finding()]);
    await (await desk.after(60)).pass([]);
    expect(desk.receiver().heard).toEqual(["begun smsd-down", "over smsd-down"]);
    expect(new Set(desk.receiver().got.map(({ id }) => id)).size).toBe(2);
  });

  test("what is refused again and again blocks nothing for ever, and that is logged", async () => {
    desk = await noticesDesk([sink("ops", { refusals: 3 })]);
    desk.receiver().answer = ({ code }) =>
      code === "smsd-down" ? { outcome: "refused", detail: "it answered 400" } : { outcome: "delivered", detail: "" };
    await desk.pass([finding(), fault(1)]);
    await desk.after(60);
    expect(desk.receiver().heard).toEqual(["begun fault-1"]);
    expect(desk.log).toEqual([expect.stringMatching(/^warning: notice \S+ is given up for ops: refused 3 times/)]);
    expect(desk.outbox).toEqual([]);
  });

  test("what nobody took for so long is given up, and what waited behind it as long is, too", async () => {
    desk = await noticesDesk([sink("ops", { retry_for: 3600 })]);
    desk.receiver().answer = () => DOWN;
    await desk.pass([fault(1), fault(2)]);
    await desk.after(3000);
    await desk.pass([fault(1), fault(2), fault(3)]);
    await desk.after(1200);
    expect(desk.notices.state().waiting).toBe(1);
    desk.receiver().answer = () => ({ outcome: "delivered", detail: "back" });
    await desk.after(300);
    expect(desk.receiver().heard).toEqual(["begun fault-3"]);
  });

  test("the clock is set before it is delivered: its times are set, too", async () => {
    desk = await noticesDesk();
    desk.machine.now = new Date("1970-01-01T00:01:00Z");
    desk.receiver().answer = () => DOWN;
    await desk.pass([finding()]);
    await desk.after(120);
    desk.machine.now = new Date("2030-06-01T12:00:00Z");
    desk.receiver().answer = () => ({ outcome: "delivered", detail: "back" });
    await desk.after(300);
    const [{ at, since } = { at: "", since: "" }] = desk.receiver().got;
    expect([at, since]).toEqual(["2030-06-01T11:58:00.000Z", "2030-06-01T11:58:00.000Z"]);
  });

  test("that a receiver takes nothing is told to the others", async () => {
    desk = await noticesDesk([sink("ops"), sink("far")]);
    desk.receiver("far").answer = () => DOWN;
    await desk.pass([fault(1)]);
    await desk.pass([fault(1), finding({ code: "notices-failing", subject: "host", level: "warning" })]);
    expect(desk.receiver("ops").heard).toEqual(["begun fault-1", "begun notices-failing"]);
    desk.receiver("far").answer = () => ({ outcome: "delivered", detail: "back" });
    await (await desk.after(300)).pass([]);
    expect(desk.receiver("ops").heard.slice(2)).toEqual(["over fault-1", "over notices-failing"]);
    expect(desk.receiver("far").heard).toEqual(["begun fault-1", "over fault-1"]);
  });
});

describe("what happens between two looks", () => {
  test("is told, and ends nothing that lasts", async () => {
    desk = await noticesDesk();
    await desk.pass([fault(1)]);
    const now = {
      wall: desk.machine.now.getTime(),
      monotonic: desk.machine.time.monotonic,
      bootId: desk.machine.bootId,
    };
    await desk.notices.record([event()], undefined, now);
    await desk.pass([fault(1)]);
    expect(desk.receiver().heard).toEqual(["begun fault-1", "done sim-exchanged"]);
  });

  test("at the same time as a look: each has its own number, and both are remembered", async () => {
    desk = await noticesDesk();
    desk.receiver().answer = () => DOWN;
    const now = {
      wall: desk.machine.now.getTime(),
      monotonic: desk.machine.time.monotonic,
      bootId: desk.machine.bootId,
    };
    const others = ["a", "b", "c"].map((code) => desk.notices.record([event({ code })], undefined, now));
    await Promise.all([desk.pass([fault(1)]), ...others]);
    expect(desk.outbox).toHaveLength(4);
    await desk.notices.stop();
    desk.receiver().answer = () => ({ outcome: "delivered", detail: "back" });
    await desk.restart();
    await desk.pass([fault(1)]);
    await desk.after(60);
    expect(desk.receiver().heard).toEqual(["done a", "done b", "done c", "begun fault-1"]);
  });
});

describe("another inventory", () => {
  test("a receiver that is added hears of what begins from then on, and gets what is waiting for its name", async () => {
    desk = await noticesDesk([sink("ops")]);
    await desk.pass([fault(1)]);
    desk.use([sink("ops"), sink("new")]);
    await desk.after(0);
    await desk.pass([fault(1), fault(2)]);
    expect(desk.receiver("new").heard).toEqual(["begun fault-2"]);
  });

  test("the first receiver of all hears of everything that lasts", async () => {
    desk = await noticesDesk([]);
    await desk.pass([fault(1)]);
    desk.use([sink("ops")]);
    await desk.after(0);
    await desk.pass([fault(1)]);
    expect(desk.receiver().heard).toEqual(["begun fault-1"]);
  });

  test("one that goes takes what waits for it with it; one that is changed gets it", async () => {
    desk = await noticesDesk([sink("gone"), sink("changed")]);
    for (const name of ["gone", "changed"]) desk.receiver(name).answer = () => DOWN;
    await desk.pass([fault(1)]);
    expect(desk.notices.state().waiting).toBe(1);
    desk.receiver("changed").answer = () => ({ outcome: "delivered", detail: "back" });
    desk.use([sink("changed", { url: "https://elsewhere.example/" })]);
    await desk.after(600);
    expect(desk.receiver("changed").heard).toEqual(["begun fault-1"]);
    expect([desk.outbox, desk.receiver("gone").got]).toEqual([[], []]);
  });

  test("levels of codes count from then on", async () => {
    desk = await noticesDesk([sink("ops")]);
    desk.use([sink("ops")], { levels: { "fault-1": "none" } });
    await desk.pass([fault(1), fault(2)]);
    expect(desk.receiver().heard).toEqual(["begun fault-2"]);
  });
});

describe("the disk", () => {
  test("takes nothing: notices are delivered from memory, that is shown, and the next agent tells anew what nobody has", async () => {
    desk = await noticesDesk();
    desk.receiver().answer = () => DOWN;
    desk.isFull = true;
    await desk.pass([finding()]);
    expect(desk.notices.state().trouble).toEqual([
      expect.stringContaining("cannot be kept in /var/lib/modemkeeper/outbox"),
    ]);
    expect(desk.log.filter((line) => line.includes("going on in memory"))).toHaveLength(1);
    await desk.notices.stop();
    await desk.restart();
    await desk.pass([finding()]);
    desk.receiver().answer = () => ({ outcome: "delivered", detail: "back" });
    await desk.after(60);
    expect(desk.receiver().heard).toEqual(["begun smsd-down"]);
  });

  test("takes something again: what is in memory is written", async () => {
    desk = await noticesDesk();
    desk.receiver().answer = () => DOWN;
    desk.isFull = true;
    await desk.pass([finding()]);
    expect([desk.outbox, desk.notices.state().trouble]).toEqual([[], [expect.stringContaining("no space left")]]);
    desk.isFull = false;
    await (await desk.after(60)).pass([finding()]);
    expect([desk.outbox.length, desk.notices.state().trouble]).toEqual([1, []]);
  });

  test.each([
    ["nonsense", "{"],
    ["another format", '{"format":"modemkeeper.notice/9"}'],
    ["another name", '{"format":"modemkeeper.notice/1","waiting":{},"written":{},"notice":{"id":"../x-1"}}'],
  ])("holds %s: it is left out, and said", async (_what, content) => {
    desk = await noticesDesk();
    await desk.notices.stop();
    desk.machine.given("/var/lib/modemkeeper/outbox/abc-1.json", content);
    desk.machine.given("/var/lib/modemkeeper/agent/notices.json", content);
    await desk.restart();
    expect([desk.log.length, desk.outbox]).toEqual([2, []]);
    await desk.pass([finding()]);
    expect(desk.receiver().heard).toEqual(["begun smsd-down"]);
  });

  test("the memory is lost, notices are not: no number is used twice", async () => {
    desk = await noticesDesk();
    desk.receiver().answer = () => DOWN;
    await desk.pass([fault(1)]);
    await desk.notices.stop();
    desk.machine.files.entries.delete("/var/lib/modemkeeper/agent/notices.json");
    await desk.restart();
    await desk.pass([fault(1)]);
    expect(new Set(desk.outbox).size).toBe(2);
  });

  test("a thousand notices are kept: the oldest that are not critical go, and that is told", async () => {
    desk = await noticesDesk([sink("ops", { most_per_hour: 10_000 })]);
    desk.receiver().answer = () => DOWN;
    const many = [...Array(1_000).keys()].map((number) => fault(number, number === 0 ? "critical" : "warning"));
    await desk.pass(many);
    await desk.pass([...many, fault(1_000, "warning")]);
    expect(desk.notices.state().waiting).toBe(900);
    await desk.pass([...many, fault(1_000, "warning")]);
    desk.receiver().answer = () => ({ outcome: "delivered", detail: "back" });
    await desk.after(600);
    const { heard, got } = desk.receiver();
    expect(heard.slice(0, 2)).toEqual(["begun fault-0", "begun fault-102"]);
    expect(heard.at(-1)).toBe("done notices-dropped");
    expect(got.at(-1)?.sentence).toContain("the oldest 101 are dropped");
  });
});

describe("signs of life", () => {
  test("regularly, to those who want them, and never one that is late", async () => {
    desk = await noticesDesk([]);
    desk.use([sink("ops"), sink("phone", {}, "ntfy"), sink("pager", { heartbeat: true }, "ntfy")], { heartbeat: 300 });
    await desk.after(0);
    await desk.pass([finding()]);
    await desk.after(1000);
    expect(desk.receiver("ops").signs.map(({ at }) => at)).toEqual([
      "2030-01-01T00:00:15.000Z",
      "2030-01-01T00:05:15.000Z",
      "2030-01-01T00:10:15.000Z",
      "2030-01-01T00:15:15.000Z",
    ]);
    expect([desk.receiver("phone").signs.length, desk.receiver("pager").signs.length]).toEqual([0, 4]);
    expect(desk.receiver("ops").signs.at(-1)).toEqual({
      host: "gw1",
      at: "2030-01-01T00:15:15.000Z",
      version: "1.2.3",
      uptime: 915,
      verdict: { level: "ok", sentence: "smsd runs and every modem works" },
      counts: { critical: 1, warning: 0, waiting: 0 },
      next: 300,
    });
  });
});
