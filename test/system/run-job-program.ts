import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { runJob } from "../../host/run-job.ts";

/*
 * Plays the agent and its job, as one program: `parent FILE` runs itself as a job and says what comes of it, and is
 * interrupted by TERM; `child FILE` ends when FILE.go is there, asked to end or not (FILE.asked), and leaves FILE behind.
 */

const [role = "", file = ""] = process.argv.slice(2);

async function parent(): Promise<void> {
  const stop = new AbortController();
  process.on("SIGTERM", () => stop.abort());
  const code = await runJob(
    ["child", file],
    (line, from) => void process.stdout.write(`${from} ${line}\n`),
    stop.signal,
  );
  process.stdout.write(`exit ${code}\n`);
}

async function child(): Promise<void> {
  process.stdout.on("error", () => {});
  process.on("SIGTERM", () => writeFileSync(`${file}.asked`, ""));
  process.stdout.write("begun\n");
  process.stderr.write("a note\n");
  while (!existsSync(`${file}.go`)) await sleep(20);
  process.stdout.write("ended in good order\n");
  writeFileSync(file, "done");
  process.exitCode = 7;
}

await (role === "child" ? child() : parent());
