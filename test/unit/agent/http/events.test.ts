import fc from "fast-check";
import { expect, test } from "vitest";
import { EventTail } from "../../../../agent/http/event-tail.ts";
import { latestEntries } from "../../../../agent/http/latest-entries.ts";
import { Ring } from "../../../../agent/http/ring.ts";
import { lastNumber, sseEvent } from "../../../../agent/http/sse.ts";
import { EVENTS_LOG } from "../../../../agent/paths.ts";
import { memoryAgentMachine } from "../../../helpers/memory-agent-host.ts";

/** As browsers read a stream (HTML standard, 9.2.6). */
function readStream(text: string): { event: string; data: string; id: string }[] {
  const events = [];
  let [event, id] = ["message", ""];
  let data: string[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line === "") {
      if (data.length > 0) events.push({ event, data: data.join("\n"), id });
      event = "message";
      data = [];
      continue;
    }
    const colon = line.indexOf(":");
    const [field, value] = [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
    if (field === "event") event = value;
    else if (field === "data") data.push(value);
    else if (field === "id") id = value;
  }
  return events;
}

test("whatever is in the data, one event comes out as it went in", () => {
  const text = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(text, fc.oneof(text, fc.constantFrom("\n\n", "\r", "data: x\n\nevent: y\n")))),
      (all) => {
        const stream = all.map((data, index) => sseEvent("entry", data, `ab-${index}`)).join("");
        const read = readStream(stream);
        expect(read.map(({ data }) => JSON.parse(data))).toEqual(all.map((data) => JSON.parse(JSON.stringify(data))));
        expect(read.every(({ event }) => event === "entry")).toBe(true);
        expect(read.map(({ id }) => id)).toEqual(all.map((_, index) => `ab-${index}`));
      },
    ),
  );
});

test.each([
  [undefined, undefined],
  ["", undefined],
  ["aabb-7", 7],
  // Of another run: everything here is news.
  ["ccdd-7", 0],
  ["nonsense", 0],
  ["aabb--1", 0],
  ["aabb-9999999999999999999", 0],
])("who comes back with %j has got %j", (header, number) => {
  expect(lastNumber(header, "aabb")).toBe(number);
});

test("the ring keeps the last, within its bounds, whatever comes", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 40 }), { maxLength: 60 }), fc.nat(60), (texts, from) => {
      const ring = new Ring({ events: 10, characters: 100 });
      for (const [number, text] of texts.entries()) ring.add({ number, text });
      const kept = ring.after(-1);
      expect(kept.length).toBeLessThanOrEqual(10);
      expect(kept.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(100);
      expect(kept.map(({ number }) => number)).toEqual(kept.map((_, index) => texts.length - kept.length + index));
      expect(ring.after(from)).toEqual(kept.filter(({ number }) => number > from));
    }),
  );
});

const line = (code: string, time = "2030-01-01T00:00:00.000Z") =>
  `${JSON.stringify({ time, subject: "smsd", code, level: "info", phase: "done", sentence: "s" })}\n`;

test("the tail tells what is new, half lines once they are whole, and junk never", async () => {
  const machine = await memoryAgentMachine();
  const tail = new EventTail(machine.agentHost().logs);
  const news = async () => (await tail.news()).map(({ code }) => code);
  machine.append(EVENTS_LOG, line("old"));
  await tail.begin();
  expect(await news()).toEqual([]);
  machine.append(EVENTS_LOG, `${line("one")}${line("two").slice(0, 20)}`);
  expect(await news()).toEqual(["one"]);
  machine.append(EVENTS_LOG, `${line("two").slice(20)}{"junk":\nnull\n[]\n${line("three")}`);
  expect(await news()).toEqual(["two", "three"]);
});

test("the latest entries: since then, so many, oldest first, also those that logrotate set aside", async () => {
  const machine = await memoryAgentMachine();
  const { logs } = machine.agentHost();
  const at = (hour: number) => `2030-01-01T0${hour}:00:00.000Z`;
  machine.given(`${EVENTS_LOG}.1`, line("a", at(1)) + line("b", at(2)));
  machine.given(EVENTS_LOG, line("c", at(3)) + line("d", at(4)));
  const codes = async (since: number, limit: number) =>
    (await latestEntries(logs, Date.parse(at(since)), limit)).map(({ code }) => code);
  expect(await codes(0, 10)).toEqual(["a", "b", "c", "d"]);
  expect(await codes(2, 10)).toEqual(["b", "c", "d"]);
  expect(await codes(4, 10)).toEqual(["d"]);
  expect(await codes(0, 3)).toEqual(["b", "c", "d"]);
  expect(await codes(0, 1)).toEqual(["d"]);
});
