import { expect, test } from "vitest";
import { decide } from "../../../../agent/decide/decide.ts";
import { emptyMemory, type Memory } from "../../../../agent/model/memory.ts";
import type { Moment, Observation } from "../../../../agent/model/observation.ts";
import type { AttachedModem } from "../../../../core/model/attached-modem.ts";
import { sampleInventory } from "../../../helpers/sample-inventory.ts";
import { at, down, flag, seen } from "./story.ts";

const INVENTORY = sampleInventory();
const SIM7600: AttachedModem = {
  usb: "1e0e:9001",
  sysName: "1-2",
  port: "platform-usb-0:2",
  interfaces: [0, 1, 2, 3, 4].map((number) => ({
    number,
    class: "ff/00/00",
    driver: "option",
    tty: `ttyUSB${number}`,
  })),
};

function pass(what: Observation, now: Moment, memory: Memory = emptyMemory("boot-1")) {
  return decide({ inventory: INVENTORY, seen: what, memory, now });
}

test("a modem that comes back to a host that differs has it put right in the same pass, without a word of it before", () => {
  const before = pass(seen(), at(0)).memory;
  const returned = seen({
    attached: [SIM7600],
    usbStates: { "1-2": { deviceNumber: 7, powerControl: "on", authorized: true } },
    configuration: { state: "differs", digest: "d1", details: ["file:/etc/smsd.conf"], restartsSmsd: true, pins: {} },
  });
  const { steps, findings } = pass(returned, at(10), before);
  expect(steps).toContainEqual(
    expect.objectContaining({ subject: "host", reason: expect.objectContaining({ code: "modem-returned" }) }),
  );
  expect(findings.map(({ code }) => code)).not.toContain("configuration-differs");
});

test("another boot: a stop that was written before it is judged anew, and nothing waits for a clock that began anew", () => {
  const stopped = seen({ smsd: down("inactive"), flag: flag(0) });
  const { memory } = pass(stopped, at(1));
  expect(memory.flag).toBeDefined();
  const failing = { ...memory, smsd: { ...memory.smsd, failures: 9, notBefore: at(300).monotonic } };
  const next: Moment = { wall: at(600).wall, monotonic: 20_000, bootId: "boot-2" };
  const kept = pass(stopped, next, failing);
  expect(kept.steps.map(({ step }) => step.do)).not.toContain("start-smsd");
  expect(kept.memory.flag?.firstSeen).toBe(20_000);
  const cleared = pass(seen({ smsd: down("inactive") }), { ...next, monotonic: 21_000 }, kept.memory);
  expect(cleared.steps.map(({ step }) => step.do)).toContain("start-smsd");
});

test("what is told of once is not told of again, and lasts as long as it is so", () => {
  const first = pass(seen({ smsd: down() }), at(0));
  expect(first.transitions.filter(({ code }) => code === "smsd-down")).toHaveLength(1);
  const busy = seen({ smsd: down(), running: [{ subject: "smsd", since: at(0).monotonic }] });
  const second = pass(busy, at(1), first.memory);
  expect(second.transitions.filter(({ code }) => code === "smsd-down")).toEqual([]);
  expect(second.findings).toContainEqual(expect.objectContaining({ code: "smsd-down", since: at(0).wall }));
});
