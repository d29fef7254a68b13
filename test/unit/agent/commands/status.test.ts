import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeEach, describe, expect, it } from "vitest";
import { statusCommand } from "../../../../agent/commands/status.ts";
import type { OngoingFinding } from "../../../../agent/model/finding.ts";
import { emptyMemory, NEW_MODEM } from "../../../../agent/model/memory.ts";
import { MEMORY, STATE_FILE } from "../../../../agent/paths.ts";
import type { AgentState } from "../../../../agent/state.ts";
import { appliedGateway, type Given } from "../observe/agent-machine.ts";
import { FLAG, runAgent, UNIT } from "./command-desk.ts";

const SCHEMA = new URL("../../../../docs/reference/json/status-1.schema.json", import.meta.url);
const validate = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(SCHEMA, "utf8")));

let given: Given;
beforeEach(async () => {
  given = await appliedGateway();
});

const status = (options = {}, how = {}) => runAgent(given, statusCommand, options, how);

/** What a healthy agent wrote so many seconds ago. */
function agentSays(age = 3, change: Partial<AgentState> = {}): void {
  const queue = { count: 0, oldest: 0 };
  const state: AgentState = {
    format: "modemkeeper.state/1",
    at: new Date(given.machine.now.getTime() - age * 1000).toISOString(),
    pid: 900,
    version: "1.2.3",
    verdict: { level: "ok", sentence: "smsd runs and every modem works" },
    smsd: { unit: "active", pids: [1000], strays: [] },
    queues: { incoming: queue, outgoing: queue, checked: queue },
    deliveries: {},
    modems: [
      {
        name: "SIM7600",
        model: "SIM7600",
        present: true,
        talked: 1,
        registration: 1,
        signal: 20,
        dbm: -73,
        bars: 5,
        operator: "T",
      },
    ],
    findings: [],
    ...change,
  };
  given.machine.given(STATE_FILE, JSON.stringify(state));
}

/** Without its layout. */
function flat(out: string): string {
  return out.replace(/\s+/g, " ");
}

async function json() {
  const ran = await status({ json: true });
  const value = JSON.parse(ran.out);
  expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
  return { ...ran, value };
}

describe("a healthy gateway", () => {
  beforeEach(() => agentSays());

  it("is OK with exit 0, and shows what it is made of", async () => {
    const { code, out } = await status();
    expect(code).toBe(0);
    expect(out).toContain("OK: smsd runs and every modem works");
    expect(out).toMatch(/smsd +runs for .* \(pid 1\d+\); smstools\.service is active/);
    expect(out).toContain("looked 3 s ago (pid 900, version 1.2.3)");
    expect(out).toMatch(/place +1-1 at platform-3610000.usb-usb-0:1 \(qmi, 1e0e:9001\)\n/);
    expect(out).toMatch(/work +smsd talked to it 1 s ago\n/);
    expect(out).toContain("AT=ttyUSB2");
    expect(out).toContain("registered, T, -73 dBm (5 of 5 bars)");
  });

  it("is one JSON value of the published format", async () => {
    const { code, value } = await json();
    expect(code).toBe(0);
    expect(value).toMatchObject({
      verdict: { level: "ok" },
      agent: { running: true, pid: 900 },
      smsd: { running: true },
    });
    expect(value.modems[0]).toMatchObject({ present: true, ports: { AT: "ttyUSB2" }, talked: 1 });
  });

  it("shows who gets messages, and what a receiver that takes nothing said last", async () => {
    const sink = { name: "crm", type: "webhook", waiting: 0, oldest: 0, delivered: 17 };
    const failing = { since: "2030-01-17T19:00:00.000Z", detail: "connection refused" };
    const incoming = { waiting: 2, deadLetters: 0, duplicates: 0, sinks: [sink] };
    const notices = { waiting: 2, sinks: [{ ...sink, name: "phone", type: "ntfy", waiting: 2, failing }] };
    agentSays(3, { deliveries: { incoming, notices } });
    const out = flat((await status()).out);
    expect(out).toContain("delivery 2 waiting, no dead letters crm (webhook): 17 delivered");
    expect(out).toMatch(
      /notices 2 not delivered yet phone \(ntfy\): takes nothing for \d+ \w+: connection refused, 2 waiting/,
    );
    expect((await json()).value.deliveries.notices.sinks[0].failing).toEqual(failing);
  });

  it("says nothing with --quiet", async () => {
    expect(await status({ quiet: true })).toMatchObject({ code: 0, out: "", err: "" });
  });

  it("does not show the terminal what a modem put into a name", async () => {
    agentSays(3, {
      modems: [{ name: "SIM7600", model: "SIM7600", present: true, operator: "\u001b[2Jevil\nline" }],
    });
    const { out } = await status();
    expect(out).not.toContain("\u001b");
    expect(out).toContain("·[2Jevil·line");
  });
});

describe("smsd", () => {
  it("that is dead while its unit is active is not called active", async () => {
    agentSays();
    given.machine.smsd = [];
    const { code, out } = await status();
    expect(code).toBe(1);
    expect(out).toContain("CRITICAL: smsd does not run, although smstools.service is active");
  });

  it("that a person stopped is a warning that says who, since when and until when", async () => {
    agentSays();
    await given.machine.services.control("stop", UNIT);
    given.machine.given(FLAG, "");
    const { code, value } = await json();
    expect(code).toBe(1);
    expect(value.verdict).toMatchObject({
      level: "warning",
      sentence: "smsd does not run: root stopped it on purpose",
      since: value.flag.written,
      doing: "it is started again in 30 min; before that by `modemkeeper smsd start`",
    });
    expect(value.flag).toMatchObject({ path: FLAG, owner: "root", inForce: true });
  });

  it("that was stopped longer than a person forgets is critical, as the agent says", async () => {
    const finding = { code: "manual-stop", subject: "smsd", level: "critical", sentence: "It is down.", evidence: [] };
    agentSays(3, { findings: [{ ...finding, notify: true, since: 0 } as OngoingFinding] });
    await given.machine.services.control("stop", UNIT);
    given.machine.given(FLAG, "");
    expect((await json()).value.verdict).toMatchObject({
      level: "critical",
      sentence: expect.stringContaining("root stopped it"),
    });
  });

  it("that runs outside the service is shown", async () => {
    agentSays();
    given.machine.smsd = [...given.machine.smsd, { pid: 4242, unit: "", startedAt: 0 }];
    expect(flat((await status()).out)).toContain("outside the service: pid 4242");
  });
});

describe("without the agent", () => {
  it.each([
    ["no state", () => undefined],
    ["an old state", () => agentSays(600)],
    ["a state of another format", () => given.machine.given(STATE_FILE, '{"format":"x/1"}')],
    ["a damaged state", () => given.machine.given(STATE_FILE, "{")],
  ])("(%s) it says so plainly, and looks by itself", async (_what, prepare) => {
    prepare();
    const { code, value } = await json();
    expect(code).toBe(1);
    expect(value.agent.running).toBe(false);
    expect(value.verdict.sentence).toContain("the agent does not");
    expect(value.modems[0]).toMatchObject({ name: "SIM7600", present: true });
    expect(value.queues).toBeDefined();
  });

  it("knows what the agent remembered, and not when it would ask next", async () => {
    const lastRecovery = {
      at: 1_893_000_000_000,
      ok: true,
      rung: "usb-reset",
      cause: "x",
      how: "y",
      took: 9_000,
    } as const;
    const { bootId } = given.machine;
    const memory = { ...emptyMemory(bootId), modems: { SIM7600: { ...NEW_MODEM, lastSentAt: 5_000, lastRecovery } } };
    given.machine.given(MEMORY, JSON.stringify(memory));
    const { value } = await json();
    expect(value.modems[0]).toMatchObject({
      lastRecovery: { at: "2029-12-26T17:20:00.000Z", rung: "usb-reset", took: 9 },
      lastSent: "1970-01-01T00:00:05.000Z",
      unknown: { signal: "the agent, which asks the modem, does not run" },
    });
    expect(Object.keys(value.modems[0])).not.toContain("nextAsk");
    expect(value.lastSent).toBe("1970-01-01T00:00:05.000Z");
  });

  it("tells the worst that it sees itself", async () => {
    await given.machine.services.control("stop", UNIT);
    const { code, out } = await status({}, { verbose: true });
    expect(code).toBe(1);
    expect(out).toContain("CRITICAL: smsd does not run");
  });
});
