import { afterEach, beforeEach, expect, test } from "vitest";
import { engineHere } from "../../agent/engine/engine-here.ts";
import { agentCommand } from "../../agent/resident.ts";
import type { AgentState } from "../../agent/state.ts";
import type { TimelineEntry } from "../../agent/timeline/event.ts";
import { appliedGateway, type Given, UNIT } from "../unit/agent/observe/agent-machine.ts";

/*
 * The whole agent on a machine in memory: loop, observation, decision, steps, records. What is real elsewhere (systemd,
 * smsd, modems) is played; what is shown is that the parts go together, and that the promises in seconds are kept on its clock.
 */

const FLAG = "/tmp/smsd_manual_stop";
const LOG = "/var/log/smstools/smsd.log";
/** systemd makes it with the unit's first process and removes it with the last. */
const CGROUP = `/sys/fs/cgroup/system.slice/${UNIT}`;
const OWN_RECORDS = /\/(run|var\/lib|var\/log)\/modemkeeper\//;
/** What a modem says that is well. */
const WELL = {
  AT: "OK",
  ATE0: "OK",
  "AT+CPIN?": "+CPIN: READY\n\nOK",
  "AT+CREG?": "+CREG: 0,1\n\nOK",
  "AT+CSQ": "+CSQ: 20,99\n\nOK",
};

let given: Given;
let end: AbortController;
let ended: Promise<number>;
let said: string;

beforeEach(async () => {
  given = await appliedGateway();
  const { time, services } = given.machine;
  time.jumps = false;
  services.isRunning = true;
  given.machine.given(CGROUP, "");
  given.machine.terminal("/dev/ttyUSB3").answers = WELL;
  said = "";
  end = new AbortController();
});

afterEach(async () => {
  await stop();
});

async function startAgent(): Promise<void> {
  ended = agentCommand(
    {
      host: given.host,
      terminal: {
        out: (text) => {
          said += text;
        },
        err: () => {},
        colour: false,
        interactive: false,
        ask: async () => "",
        readInput: async () => "",
      },
      inventoryFile: "/etc/modemkeeper/inventory.yaml",
      inventory: async () => given.inventory,
      signal: end.signal,
      verbose: false,
    },
    { engine: engineHere(given.host) },
  );
  await pass(2);
}

async function stop(): Promise<number> {
  end.abort();
  given.machine.time.jumps = true;
  return ended;
}

/** Lets seconds pass, during which smsd (if it runs) polls its modem every second. */
async function pass(seconds: number): Promise<void> {
  for (let i = 0; i < seconds * 2; i += 1) {
    if (i % 2 === 0 && smsdRuns()) polls();
    await given.machine.time.advance(500);
    // Real work (templates, the catalogue) may be under way: it takes real time, not the machine's.
    await new Promise((done) => setTimeout(done, 2));
  }
}

function smsdRuns(): boolean {
  return given.machine.smsd.length > 0;
}

function polls(): void {
  const stamp = given.machine.now.toISOString().slice(0, 19).replace("T", " ");
  given.machine.append(LOG, `${stamp},6, SIM7600: No SMS received\n`);
}

function timeline(): readonly TimelineEntry[] {
  const entry = given.machine.files.entries.get("/var/log/modemkeeper/events.jsonl");
  if (entry?.kind !== "file") return [];
  return entry.content
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as TimelineEntry);
}

function codes(): readonly string[] {
  return timeline().map(({ code }) => code);
}

function state(): AgentState {
  const entry = given.machine.files.entries.get("/run/modemkeeper/state.json");
  if (entry?.kind !== "file") throw new Error("there is no state file");
  return JSON.parse(entry.content) as AgentState;
}

function crash(): void {
  given.machine.services.active.delete(UNIT);
  given.machine.smsd = [];
  given.machine.files.entries.delete(CGROUP);
}

test("a healthy gateway: the agent is ready, says so, and does nothing", async () => {
  const journal = given.machine.journal.length;
  await startAgent();
  await pass(60);
  expect(given.machine.signs[0]).toEqual({ ready: true });
  expect(given.machine.signs.filter((sign) => sign.alive).length).toBeGreaterThan(1);
  expect(state()).toMatchObject({ format: "modemkeeper.state/1", verdict: { level: "ok" }, findings: [] });
  const changed = given.machine.journal.slice(journal);
  expect(changed.filter((line) => !OWN_RECORDS.test(line))).toEqual([]);
  expect(given.machine.services.starts.get(UNIT)).toBe(1);
});

test("smsd dies: it is back within seconds, and the timeline says why", async () => {
  await startAgent();
  await pass(70);
  crash();
  await pass(6);
  expect(smsdRuns()).toBe(true);
  expect(given.machine.services.starts.get(UNIT)).toBe(2);
  expect(codes()).toEqual(expect.arrayContaining(["smsd-down", "start-smsd-done"]));
  await pass(30);
  expect(state().findings).toEqual([]);
  expect(given.machine.services.starts.get(UNIT)).toBe(2);
});

test("smsd dies under a fresh flag: it stays down, and status says so", async () => {
  await startAgent();
  given.machine.given(FLAG, "");
  crash();
  await pass(120);
  expect(smsdRuns()).toBe(false);
  expect(
    state()
      .findings.map(({ code }) => code)
      .join(),
  ).toMatch(/stop|flag/);
});

test("a flag that was forgotten by whoever started smsd again goes within a second or two", async () => {
  await startAgent();
  given.machine.given(FLAG, "");
  crash();
  await pass(10);
  await given.machine.time.advance(1000);
  await given.host.services.control("start", UNIT);
  given.machine.given(CGROUP, "");
  await pass(2);
  expect(given.machine.files.entries.has(FLAG)).toBe(false);
  expect(codes()).toContain("flag-leftover");
});

test("told to end, it ends in good order and forgets nothing", async () => {
  await startAgent();
  await pass(5);
  expect(await stop()).toBe(0);
  expect(given.machine.signs.at(-1)).toEqual({ stopping: true });
  expect(given.machine.files.entries.has("/run/modemkeeper/state.json")).toBe(false);
  expect(given.machine.files.entries.has("/var/lib/modemkeeper/agent/memory.json")).toBe(true);
  expect(said).toContain("the agent has ended");
});
