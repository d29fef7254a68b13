import { afterEach, beforeEach, expect, test } from "vitest";
import type { AgentState } from "../../agent/state.ts";
import type { TimelineEntry } from "../../agent/timeline/event.ts";
import { CGROUP, ResidentAgent } from "../helpers/resident-agent.ts";
import { type Given, UNIT } from "../unit/agent/observe/agent-machine.ts";

/*
 * The whole agent on a machine in memory: loop, observation, decision, steps, records. What is real elsewhere (systemd,
 * smsd, modems) is played; what is shown is that the parts go together, and that the promises in seconds are kept on its clock.
 */

const FLAG = "/tmp/smsd_manual_stop";
const OWN_RECORDS = /\/(run|var\/lib|var\/log)\/modemkeeper\//;
let agent: ResidentAgent;
let given: Given;

beforeEach(async () => {
  agent = await ResidentAgent.onGateway();
  ({ given } = agent);
});

afterEach(async () => {
  await agent.stop();
});

async function startAgent(): Promise<void> {
  agent.start();
  await pass(2);
}

/** Twice a second: some promises are about fractions of one. */
async function pass(seconds: number): Promise<void> {
  await agent.pass(seconds, 0.5);
}

function smsdRuns(): boolean {
  return given.machine.smsd.length > 0;
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
  agent.crash();
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
  agent.crash();
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
  agent.crash();
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
  expect(await agent.stop()).toBe(0);
  expect(given.machine.signs.at(-1)).toEqual({ stopping: true });
  expect(given.machine.files.entries.has("/run/modemkeeper/state.json")).toBe(false);
  expect(given.machine.files.entries.has("/var/lib/modemkeeper/agent/memory.json")).toBe(true);
  expect(agent.said).toContain("the agent has ended");
});
