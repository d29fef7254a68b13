import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { endProcess } from "../test/helpers/end-process.ts";

/** A program that posts one file; `file` is how it is written in the shell. */
export function postScript(url: string, file: string): string {
  return `#!/bin/sh\nexec ${postCommand(url, file)}\n`;
}

function postCommand(url: string, file: string): string {
  return `curl -s -f -X POST -H 'Content-Type: text/plain' --data-binary @"${file}" '${url}'`;
}

/** What is often written instead of an eventhandler: looks every two seconds, posts what is there, moves it away. */
export class PollingLoop {
  readonly incoming: string;
  readonly #child: ChildProcess;

  private constructor(incoming: string, child: ChildProcess) {
    this.incoming = incoming;
    this.#child = child;
  }

  static async start(folder: string, url: string): Promise<PollingLoop> {
    const [incoming, done] = [join(folder, "incoming"), join(folder, "done")];
    for (const path of [incoming, done]) await mkdir(path, { recursive: true });
    const script = join(folder, "loop.sh");
    await writeFile(
      script,
      `#!/bin/sh
while :; do
  for file in '${incoming}'/*; do
    [ -f "$file" ] || continue
    ${postCommand(url, "$file")} && mv "$file" '${done}'
  done
  sleep 2
done
`,
    );
    // A group of its own, so that its curl and its sleep go with it.
    return new PollingLoop(incoming, spawn("/bin/sh", [script], { stdio: "ignore", detached: true }));
  }

  async stop(): Promise<void> {
    const { pid } = this.#child;
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
    await endProcess(this.#child, "SIGKILL");
  }
}
