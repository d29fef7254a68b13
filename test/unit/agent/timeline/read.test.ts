import { expect, test } from "vitest";
import type { Finding } from "../../../../agent/model/finding.ts";
import { ACCESS_LOG, EVENTS_LOG } from "../../../../agent/paths.ts";
import { notableOnly, Timeline } from "../../../../agent/timeline/read.ts";
import { recordStepBegun, recordStepEnded, recordTransitions } from "../../../../agent/timeline/record.ts";
import { memoryAgentMachine } from "../../../helpers/memory-agent-host.ts";

const SMSD_LOG = "/var/log/smstools/smsd.log";
const BASE = Date.parse("2026-01-17T10:00:00Z");

/** An event of the agent so many seconds after the hour. */
function event(second: number, sentence: string): string {
  const time = new Date(BASE + second * 1000).toISOString();
  return `${JSON.stringify({ time, subject: "smsd", code: "x", level: "info", phase: "done", sentence })}\n`;
}

function access(second: number): string {
  const time = new Date(BASE + second * 1000).toISOString();
  const rest = { pid: 1, process: "p", purpose: "at", modem: "M", port: "", commands: [], outcome: "ok" };
  return `${JSON.stringify({ time, ...rest, waitMs: 0, holdMs: 0 })}\n`;
}

function smsd(second: number, text: string): string {
  const date = new Date(BASE + second * 1000);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())},${text}\n`;
}

async function start() {
  const machine = await memoryAgentMachine();
  const timeline = new Timeline(machine.agentHost(), SMSD_LOG);
  return { machine, timeline };
}

test("three logs become one sequence by time", async () => {
  const { machine, timeline } = await start();
  machine.append(EVENTS_LOG, event(1, "first") + event(4, "fourth"));
  machine.append(ACCESS_LOG, access(3));
  machine.append(SMSD_LOG, smsd(2, "2, smsd: Smsd v3.1.21 started."));
  const events = await timeline.history(0);
  expect(events.map(({ source }) => source)).toEqual(["agent", "smsd", "access", "agent"]);
});

test("history begins where it was asked to, in the rotated file if need be", async () => {
  const { machine, timeline } = await start();
  machine.append(`${EVENTS_LOG}.1`, event(1, "too old") + event(5, "rotated"));
  machine.append(EVENTS_LOG, event(9, "new"));
  const events = await timeline.history(BASE + 5000);
  expect(events.map(({ sentence }) => sentence)).toEqual(["rotated", "new"]);
});

test("what comes later is told once, and a line only when it is whole", async () => {
  const { machine, timeline } = await start();
  machine.append(EVENTS_LOG, event(1, "old"));
  await timeline.history(0);
  expect(await timeline.news()).toEqual([]);
  const line = event(2, "new");
  machine.append(EVENTS_LOG, line.slice(0, 20));
  expect(await timeline.news()).toEqual([]);
  machine.append(EVENTS_LOG, line.slice(20));
  expect((await timeline.news()).map(({ sentence }) => sentence)).toEqual(["new"]);
  expect(await timeline.news()).toEqual([]);
});

test("rotation loses nothing and repeats nothing", async () => {
  const { machine, timeline } = await start();
  machine.append(EVENTS_LOG, event(1, "one"));
  await timeline.history(0);
  machine.append(EVENTS_LOG, event(2, "two"));
  await machine.agentHost().stats.move(EVENTS_LOG, `${EVENTS_LOG}.1`);
  machine.append(EVENTS_LOG, event(3, "three"));
  expect((await timeline.news()).map(({ sentence }) => sentence)).toEqual(["two", "three"]);
  expect(await timeline.news()).toEqual([]);
});

test("a log that was emptied is read from its beginning", async () => {
  const { machine, timeline } = await start();
  machine.append(EVENTS_LOG, event(1, "one") + event(2, "two"));
  await timeline.history(0);
  machine.files.entries.delete(EVENTS_LOG);
  expect(await timeline.news()).toEqual([]);
  machine.append(EVENTS_LOG, event(3, "three"));
  expect((await timeline.news()).map(({ sentence }) => sentence)).toEqual(["three"]);
});

test("logs that are not there, or hold rubbish, are no error", async () => {
  const { machine, timeline } = await start();
  expect(await timeline.history(0)).toEqual([]);
  machine.append(EVENTS_LOG, "\u0000\u0001{]\n\n{}\n");
  expect(await timeline.news()).toEqual([]);
});

test("what smsd repeats every second is one line a minute; messages are one each", async () => {
  const { machine, timeline } = await start();
  const denied = "5, M: MODEM IS NOT REGISTERED, WAITING 1 SEC. BEFORE RETRYING";
  for (let second = 0; second < 90; second++) machine.append(SMSD_LOG, smsd(second, denied));
  for (let second = 90; second < 93; second++) machine.append(SMSD_LOG, smsd(second, "5, M: SMS received, From: x"));
  const notable = (await timeline.history(0)).filter(notableOnly());
  expect(notable.map(({ code }) => code)).toEqual([
    "not-registered",
    "not-registered",
    "progress",
    "progress",
    "progress",
  ]);
});

test("what is recorded is read again, with what it was concluded from", async () => {
  const { machine, timeline } = await start();
  const host = machine.agentHost();
  const finding: Finding = {
    code: "smsd-down",
    subject: "smsd",
    level: "critical",
    sentence: "smsd does not run",
    evidence: ["unit inactive"],
    notify: true,
  };
  const { code, subject, level, sentence, notify } = finding;
  await recordTransitions(host, [{ code, subject, level, sentence, notify, phase: "begun" }], [finding]);
  const step = { do: "start-smsd" } as const;
  await recordStepBegun(host, { subject: "smsd", step, reason: { code: "smsd-down", sentence: "smsd does not run" } });
  const times = { startedAt: 1000, finishedAt: 3500 };
  await recordStepEnded(host, { subject: "smsd", step, ...times, ok: true, detail: "smsd runs" });
  await recordTransitions(host, [{ code, subject, level, sentence: "smsd runs", notify, phase: "over" }], [finding]);
  expect(await timeline.history(0)).toMatchObject([
    { code: "smsd-down", phase: "begun", evidence: ["unit inactive"] },
    { code: "smsd-down", phase: "begun", sentence: "start-smsd, because smsd does not run" },
    { code: "start-smsd-done", phase: "done", sentence: "start-smsd done after 2.5 s: smsd runs" },
    { code: "smsd-down", phase: "over", evidence: [] },
  ]);
});

test("probes fill the access log, not the timeline; a log that cannot be written stops nobody", async () => {
  const { machine } = await start();
  const host = machine.agentHost();
  const step = { do: "probe", modem: "M", via: "second", tty: "ttyUSB3", full: false } as const;
  await recordStepBegun(host, { subject: "modem:M", step, reason: { code: "check", sentence: "it is time" } });
  expect(machine.files.entries.has(EVENTS_LOG)).toBe(false);
  const full = { ...host, logs: { ...host.logs, append: () => Promise.reject(new Error("ENOSPC")) } };
  const transition = {
    subject: "smsd",
    code: "x",
    level: "info",
    sentence: "y",
    phase: "done",
    notify: false,
  } as const;
  expect(await recordTransitions(full, [transition], [])).toBe(false);
  expect(await recordTransitions(host, [transition], [])).toBe(true);
});
