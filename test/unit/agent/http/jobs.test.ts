import { beforeEach, expect, test } from "vitest";
import type { Job } from "../../../../agent/http/job.ts";
import { Jobs, type Order } from "../../../../agent/http/jobs.ts";
import { Problem } from "../../../../agent/http/problem.ts";
import { type MemoryAgentMachine, memoryAgentMachine } from "../../../helpers/memory-agent-host.ts";

interface Running {
  readonly args: readonly string[];
  say(line: string): void;
  end(code: number): void;
  readonly signal: AbortSignal;
}

let machine: MemoryAgentMachine;
let jobs: Jobs;
let told: Job[];
let running: Running[];

const RESET: Order = { kind: "modem-reset", subject: "A", args: ["modem", "reset", "--", "A"], by: "127.0.0.1" };

beforeEach(async () => {
  machine = await memoryAgentMachine();
  told = [];
  running = [];
  machine.onJob = (args, onLine, signal) =>
    new Promise((end) => {
      running.push({ args, say: (line) => onLine(line, "err"), end, signal });
    });
  jobs = new Jobs({ host: machine.agentHost(), changed: (job) => told.push(job) });
});

function begun(order: Order): Job {
  const started = jobs.start(order);
  if ("running" in started) throw new Error("it runs already");
  return started.begun;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a job runs the command for whoever asked, says what it is at, and how it ended", async () => {
  const { id } = begun(RESET);
  expect(running[0]?.args).toEqual(["--by", "the HTTP API (127.0.0.1)", "modem", "reset", "--", "A"]);
  expect(jobs.get(id)).toMatchObject({
    kind: "modem-reset",
    subject: "A",
    state: "running",
    by: "127.0.0.1",
    lines: [],
  });
  running[0]?.say("at-reset: done");
  expect(jobs.get(id)?.lines).toEqual(["at-reset: done"]);
  running[0]?.end(0);
  await settled();
  expect(jobs.get(id)).toMatchObject({ state: "succeeded", exitCode: 0, lines: ["at-reset: done"] });
  expect(jobs.get(id)?.ended).toBeDefined();
  expect(told.map(({ state, lines }) => [state, lines.length])).toEqual([
    ["running", 0],
    ["running", 1],
    ["succeeded", 1],
  ]);
});

test("any exit code but 0 is a failure, and so is a program that cannot be run", async () => {
  const failed = begun(RESET);
  running[0]?.end(12);
  await settled();
  expect(jobs.get(failed.id)).toMatchObject({ state: "failed", exitCode: 12 });
  machine.onJob = () => {
    throw new Error("out of memory");
  };
  const broken = begun(RESET);
  await settled();
  expect(jobs.get(broken.id)).toMatchObject({ state: "failed", exitCode: 1, lines: ["out of memory"] });
});

test("one at a time about one thing; everything about smsd is one thing", async () => {
  const first = begun(RESET);
  expect(jobs.start(RESET)).toEqual({ running: jobs.get(first.id) });
  begun({ ...RESET, subject: "B" });
  const stop = begun({ kind: "smsd-stop", args: ["smsd", "stop"], by: "socket" });
  expect(jobs.start({ kind: "smsd-start", args: ["smsd", "start"], by: "socket" })).toMatchObject({
    running: { id: stop.id },
  });
  running[0]?.end(0);
  await settled();
  expect(jobs.start(RESET)).toHaveProperty("begun");
});

test("no more than four at once", () => {
  for (const subject of ["A", "B", "C", "D"]) begun({ ...RESET, subject });
  expect(() => jobs.start({ ...RESET, subject: "E" })).toThrow(Problem);
});

test("the last hundred are kept, one that runs is never forgotten, and what one says is bounded", async () => {
  const long = begun({ ...RESET, subject: "long" });
  for (let i = 0; i < 150; i += 1) {
    begun({ ...RESET, subject: `m${i}` });
    running.at(-1)?.end(0);
    await settled();
  }
  expect(jobs.all()).toHaveLength(100);
  expect(jobs.all()[0]).toMatchObject({ subject: "m149" });
  expect(jobs.get(long.id)).toMatchObject({ state: "running" });
  for (let i = 0; i < 300; i += 1) running[0]?.say(`${i} ${"x".repeat(5_000)}`);
  const { lines } = jobs.get(long.id) ?? { lines: [] };
  expect(lines).toHaveLength(100);
  expect(lines[0]).toMatch(/^200 x{496}$/);
});

test("at the end it is asked to end, and waited for", async () => {
  begun(RESET);
  let stopped = false;
  const stop = jobs.stop().then(() => {
    stopped = true;
  });
  await settled();
  expect(running[0]?.signal.aborted).toBe(true);
  expect(stopped).toBe(false);
  running[0]?.end(130);
  await stop;
});
