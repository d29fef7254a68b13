import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Sink } from "../../../core/model/inventory.ts";
import { cached, keyOf } from "../../lab/cache.ts";
import { contentOfFiles, REPOSITORY, repositoryFiles } from "../../lab/parts/repository.ts";
import { tool } from "../../lab/tool.ts";
import { endProcess } from "../end-process.ts";

const RUNNER = "test/helpers/incoming/agent-runner.ts";
const SOURCES = ["core", "host", "agent", "provision", "package.json", "tsconfig.json", RUNNER];

/** What the part of the agent that delivers messages is to do; read by agent-runner.ts from a file. */
export interface AgentTask {
  readonly incoming: string;
  readonly report: string;
  readonly processed: string;
  readonly deadLetter: string;
  /** Where it keeps what it must remember. */
  readonly state: string;
  readonly modems: readonly string[];
  readonly sinks: readonly Sink[];
}

/** Path of the runner as JavaScript, so that starting it costs no more than starting the agent does. */
async function compiledRunner(): Promise<string> {
  const files = await repositoryFiles(...SOURCES);
  // One for each checkout: the packages that it finds are this one's.
  const key = keyOf(REPOSITORY, await contentOfFiles(files));
  const folder = await cached("incoming-agent", key, async (draft) => {
    const config = {
      extends: join(REPOSITORY, "tsconfig.json"),
      // Types are checked elsewhere.
      compilerOptions: { noEmit: false, noCheck: true, types: [], rootDir: REPOSITORY, outDir: draft, sourceMap: true },
      files: [join(REPOSITORY, RUNNER)],
      include: [],
    };
    await writeFile(join(draft, "tsconfig.json"), JSON.stringify(config));
    await tool(join(REPOSITORY, "node_modules/.bin/tsc"), ["-p", join(draft, "tsconfig.json")]);
    await writeFile(
      join(draft, "package.json"),
      JSON.stringify({ name: "modemkeeper", version: "0.0.0", type: "module" }),
    );
    await symlink(join(REPOSITORY, "node_modules"), join(draft, "node_modules"));
  });
  return join(folder, RUNNER.replace(/\.ts$/, ".js"));
}

/** What the agent's unit sets for Node: how much memory it takes and how many files it works on at once. */
export function environmentOfUnit(): NodeJS.ProcessEnv {
  const unit = readFileSync(join(REPOSITORY, "templates/etc/systemd/system/modemkeeper.service.hbs"), "utf8");
  const settings = [...unit.matchAll(/^Environment=(.*)$/gm)].flatMap(
    ([, line = ""]) => line.match(/"[^"]*"|\S+/g) ?? [],
  );
  return Object.fromEntries(settings.map((setting) => setting.replaceAll('"', "").split(/=(.*)/, 2)));
}

/** The agent's delivery of messages as a process of its own, which a test may kill and start again. */
export class AgentProcess {
  readonly #runner: string;
  readonly #task: string;
  readonly #nodeOptions: readonly string[];
  #child: ChildProcess | undefined;
  #said = "";

  private constructor(runner: string, task: string, nodeOptions: readonly string[]) {
    this.#runner = runner;
    this.#task = task;
    this.#nodeOptions = nodeOptions;
  }

  /** `file`: where to put the task. */
  static async prepare(file: string, task: AgentTask, nodeOptions: readonly string[] = []): Promise<AgentProcess> {
    await writeFile(file, JSON.stringify(task));
    return new AgentProcess(await compiledRunner(), file, nodeOptions);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** What all of its processes have printed. */
  get said(): string {
    return this.#said;
  }

  start(): void {
    const child = spawn(process.execPath, [...this.#nodeOptions, this.#runner, this.#task], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH ?? "", LANG: "C.UTF-8", ...environmentOfUnit() },
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.#said += text;
      });
    }
    this.#child = child;
  }

  /** True while it runs. */
  get alive(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  async kill(): Promise<void> {
    if (this.#child) await endProcess(this.#child, "SIGKILL");
  }

  async stop(): Promise<void> {
    if (this.#child) await endProcess(this.#child, "SIGTERM");
  }
}
