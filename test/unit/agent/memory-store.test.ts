import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { MemoryStore } from "../../../agent/memory-store.ts";
import { emptyMemory, type Memory, NEW_MODEM } from "../../../agent/model/memory.ts";
import { MEMORY } from "../../../agent/paths.ts";
import { type MemoryAgentMachine, memoryAgentMachine } from "../../helpers/memory-agent-host.ts";

let machine: MemoryAgentMachine;
beforeEach(async () => {
  machine = await memoryAgentMachine();
});

const store = () => new MemoryStore(machine.agentHost());
const BOOT = "a former boot";

const FULL: Memory = {
  ...emptyMemory(BOOT),
  findings: {
    "smsd smsd-down": {
      code: "smsd-down",
      subject: "smsd",
      level: "critical",
      sentence: "smsd is down",
      evidence: ["pid 5 is gone"],
      notify: true,
      since: 5,
    },
  },
  flag: { identity: "root 5", firstSeen: 7, counts: true },
  smsd: { failures: 2, notBefore: 9, starts: [1, 2], up: { identity: "5 1", since: 3 } },
  modems: {
    SIM7600: {
      ...NEW_MODEM,
      everHealthy: true,
      lastGoodRung: "usb-reset",
      temperature: 33,
      gaps: { imsi: "the modem refuses AT+CIMI" },
      lastReceivedAt: 5,
      lastSentAt: 6,
      lastRecovery: { at: 7, ok: false, cause: "x", how: "y", took: 8 },
      attached: { sysName: "1-1", deviceNumber: 7, since: 3, restarted: false },
      recovery: {
        cause: { code: "silent", sentence: "It does not answer." },
        since: 1,
        phase: "settle",
        phaseSince: 2,
        ladder: ["at-reset", "usb-reset"],
        rung: 1,
        isolation: "suspend",
      },
    },
    EC25: NEW_MODEM,
  },
  configuration: { tried: { digest: "x", at: 3, ok: true } },
  host: { clockOffset: 5 },
};

describe("the agent's memory", () => {
  it("comes back as it was", async () => {
    await store().save(FULL);
    expect(await store().load()).toEqual({ memory: FULL });
  });

  it.each([
    { temperature: "33" },
    { gaps: { imsi: 5 } },
    { lastReceivedAt: "now" },
    { lastRecovery: { at: 7, ok: true } },
    { lastRecovery: { at: 7, ok: true, cause: "x", how: "y", took: 8, rung: "hammer" } },
  ])("forgets a modem of which it holds %j, and no other", async (damage) => {
    const modems = { EC25: NEW_MODEM, G: { ...NEW_MODEM, ...damage } };
    machine.given(MEMORY, JSON.stringify({ ...emptyMemory(BOOT), modems }));
    const { memory, problem } = await store().load();
    expect(memory.modems).toEqual({ EC25: NEW_MODEM });
    expect(problem).toContain("modems.G");
  });

  it("is written only when it changed, for root alone", async () => {
    const one = store();
    await one.save(FULL);
    const writes = machine.journal.length;
    await one.save({ ...FULL });
    const next = store();
    await next.load();
    await next.save(FULL);
    expect(machine.journal).toHaveLength(writes);
    await next.save({ ...FULL, configuration: {} });
    expect(machine.journal).toHaveLength(writes + 1);
    expect(machine.files.entries.get(MEMORY)).toMatchObject({ mode: 0o600, owner: "root" });
  });

  it("is written again after a write that failed", async () => {
    const one = new MemoryStore(machine.agentHost({ failAt: 1 }));
    await expect(one.save(FULL)).rejects.toThrow();
    await one.save(FULL);
    expect((await store().load()).memory).toEqual(FULL);
  });

  it("begins empty, and without a complaint at the first start", async () => {
    const host = machine.agentHost();
    expect(await store().load()).toEqual({ memory: emptyMemory(host.monotonic.bootId) });
  });
});

describe("a memory that is damaged", () => {
  it.each([
    { what: "cut off", content: JSON.stringify(FULL).slice(0, 100) },
    { what: "empty", content: "" },
    { what: "of another format", content: JSON.stringify({ ...FULL, format: "modemkeeper.memory/2" }) },
    { what: "no object", content: "[]" },
    { what: "null", content: "null" },
    { what: "without a boot", content: JSON.stringify({ ...FULL, bootId: 5 }) },
  ])("is not used when it is $what, and that is said", async ({ content }) => {
    machine.given(MEMORY, content);
    const { memory, problem } = await store().load();
    expect(memory).toEqual(emptyMemory(machine.agentHost().monotonic.bootId));
    expect(problem).toContain(MEMORY);
  });

  it("is not read when it is far too large, or a link", async () => {
    machine.given(MEMORY, " ".repeat(4_194_305));
    expect((await store().load()).problem).toContain("too-big");
    const link = { kind: "link", target: "/etc/shadow", mode: 0o777, owner: "root", group: "root", modifiedAt: 0 };
    machine.files.put(MEMORY, { ...link, kind: "link" });
    expect((await store().load()).problem).toContain("link");
  });

  it("keeps the modems that make sense", async () => {
    const modems = { ...FULL.modems, EC25: { ...NEW_MODEM, rungs: "many" } };
    machine.given(MEMORY, JSON.stringify({ ...FULL, modems, smsd: { failures: "two" } }));
    const { memory, problem } = await store().load();
    expect(memory.modems).toEqual({ SIM7600: FULL.modems.SIM7600 });
    expect(memory.smsd).toEqual(emptyMemory("").smsd);
    expect(memory.flag).toEqual(FULL.flag);
    expect(problem).toContain("modems.EC25");
    expect(problem).toContain("smsd");
  });

  it.each([{ phase: "flying" }, { rung: "first" }, { ladder: ["dynamite"] }, { isolation: undefined }])(
    "drops a recovery with %o",
    async (change) => {
      const recovery = { ...FULL.modems.SIM7600?.recovery, ...change };
      machine.given(MEMORY, JSON.stringify({ ...FULL, modems: { SIM7600: { ...FULL.modems.SIM7600, recovery } } }));
      expect((await store().load()).memory.modems).toEqual({});
    },
  );

  it("never fails, whatever is in the file", async () => {
    const anything = fc.oneof(
      fc.json(),
      fc.string(),
      fc.jsonValue().map((value) => JSON.stringify({ ...FULL, modems: value, findings: value })),
      fc.jsonValue().map((value) => JSON.stringify({ ...FULL, modems: { A: value }, smsd: value, flag: value })),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (content) => {
        machine.given(MEMORY, content);
        const { memory } = await store().load();
        expect(memory.format).toBe("modemkeeper.memory/1");
        for (const modem of Object.values(memory.modems)) expect(Array.isArray(modem.rungs)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
