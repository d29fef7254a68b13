import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { folder } from "./http-serving.ts";

const PROGRAM = fileURLToPath(new URL("run-job-program.ts", import.meta.url));

interface Agent {
  readonly process: ChildProcessWithoutNullStreams;
  readonly said: () => string;
  readonly file: string;
}

async function agent(): Promise<Agent> {
  const file = join(await folder(), "done");
  const process = spawn("node", ["--import", "tsx", PROGRAM, "parent", file]);
  onTestFinished(() => void process.kill("SIGKILL"));
  let said = "";
  process.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
  });
  await expect.poll(() => said, { timeout: 20_000 }).toContain("out begun");
  return { process, said: () => said, file };
}

test("a job is told to end, ends what it has begun, and its lines and exit code come through", async () => {
  const { process, said, file } = await agent();
  process.kill("SIGTERM");
  await expect.poll(() => existsSync(file), { timeout: 10_000 }).toBe(true);
  await once(process, "exit");
  expect(said()).toContain("err a note\n");
});

test("a job outlives an agent that is killed", async () => {
  const { process, file } = await agent();
  const children = spawn("pgrep", ["-P", String(process.pid)]);
  const [pids] = await once(children.stdout, "data");
  process.kill("SIGKILL");
  await once(process, "exit");
  expect(existsSync(file)).toBe(false);
  // As systemd does to what is left of the service.
  globalThis.process.kill(Number(String(pids).trim().split("\n")[0]), "SIGTERM");
  await expect.poll(() => existsSync(file), { timeout: 10_000 }).toBe(true);
});
