import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { folder } from "./http-serving.ts";

const PROGRAM = fileURLToPath(new URL("run-job-program.ts", import.meta.url));

interface Agent {
  readonly process: ChildProcessWithoutNullStreams;
  /** Process id of the job. */
  readonly job: number;
  said(): string;
  letItEnd(): Promise<void>;
  /** Whether the job was asked to end. */
  asked(): boolean;
  /** Whether it has ended in good order. */
  done(): boolean;
}

async function agent(): Promise<Agent> {
  const file = join(await folder(), "done");
  const process = spawn("node", ["--import", "tsx", PROGRAM, "parent", file]);
  const letItEnd = () => writeFile(`${file}.go`, "");
  onTestFinished(() => {
    process.kill("SIGKILL");
    return letItEnd().catch(() => {});
  });
  let said = "";
  process.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
  });
  await expect.poll(() => said, { timeout: 20_000 }).toContain("out begun");
  const [pid] = await once(spawn("pgrep", ["-P", String(process.pid)]).stdout, "data");
  const [asked, done] = [() => existsSync(`${file}.asked`), () => existsSync(file)];
  return { process, job: Number(String(pid).trim()), said: () => said, letItEnd, asked, done };
}

test("lines of both streams and the exit code come through", async () => {
  const { process, said, letItEnd } = await agent();
  await letItEnd();
  await once(process, "exit");
  expect(said().split("\n").sort()).toEqual(["", "err a note", "exit 7", "out begun", "out ended in good order"]);
});

test("when the agent ends it asks the job to end and does not wait for it; the job ends what it has begun", async () => {
  const { process, asked, done, letItEnd } = await agent();
  process.kill("SIGTERM");
  await once(process, "exit");
  expect(done()).toBe(false);
  await expect.poll(asked, { timeout: 10_000 }).toBe(true);
  await letItEnd();
  await expect.poll(done, { timeout: 10_000 }).toBe(true);
});

test("a job outlives an agent that is killed, and what systemd then sends to what is left of the service", async () => {
  const { process, job, asked, done, letItEnd } = await agent();
  process.kill("SIGKILL");
  await once(process, "exit");
  globalThis.process.kill(job, "SIGTERM");
  await expect.poll(asked, { timeout: 10_000 }).toBe(true);
  await letItEnd();
  await expect.poll(done, { timeout: 10_000 }).toBe(true);
});
