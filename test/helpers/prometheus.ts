import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { vi } from "vitest";
import { freePort } from "./alertmanager.ts";
import { endProcess } from "./end-process.ts";
import { unpackedPackages } from "./unpacked-packages.ts";

const run = promisify(execFile);
const PACKAGE = "prometheus";
const TOOL = "usr/bin/promtool";

export interface Prometheus {
  readonly root: string;
}

/** What promtool said, both streams, and how it ended. */
export interface Said {
  readonly code: number;
  readonly text: string;
}

/** Where Prometheus of Debian and its tool are unpacked; the reason where they cannot be had. Throws that under `CI=true`. */
export async function findPrometheus(): Promise<Prometheus | { readonly reason: string }> {
  try {
    const root = await unpackedPackages(PACKAGE, [PACKAGE], TOOL);
    await run(join(root, TOOL), ["--version"]);
    return { root };
  } catch (error) {
    const reason = `no Prometheus: ${error instanceof Error ? error.message.trim() : String(error)}`;
    if (process.env.CI === "true") throw new Error(reason, { cause: error });
    return { reason };
  }
}

/** Runs promtool in `folder`, with `input` on its standard input. */
export function promtool(
  { root }: Prometheus,
  args: readonly string[],
  { input = "", folder = tmpdir() }: { readonly input?: string; readonly folder?: string } = {},
): Promise<Said> {
  const child = spawn(join(root, TOOL), args, { cwd: folder });
  let text = "";
  const listen = (chunk: Buffer) => {
    text += chunk.toString();
  };
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  child.stdin.end(input);
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", (code) => done({ code: code ?? -1, text: text.trim() }));
  });
}

/** A running Prometheus that asks one target for its metrics several times a second. */
export class RunningPrometheus {
  readonly #url: string;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(url: string, folder: string, child: ChildProcess) {
    this.#url = url;
    this.#folder = folder;
    this.#process = child;
  }

  /** @param scrape what stands under `scrape_configs`, but for the interval */
  static async start({ root }: Prometheus, scrape: object, rules: readonly string[] = []): Promise<RunningPrometheus> {
    const folder = mkdtempSync(join(tmpdir(), "prometheus-"));
    const listen = `127.0.0.1:${await freePort()}`;
    writeFileSync(
      join(folder, "prometheus.yml"),
      JSON.stringify({
        global: { scrape_interval: "200ms", evaluation_interval: "200ms" },
        rule_files: rules,
        scrape_configs: [scrape],
      }),
    );
    const child = spawn(
      join(root, "usr/bin/prometheus"),
      [
        `--config.file=${folder}/prometheus.yml`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=${listen}`,
        // Debian keeps the pages outside the binary; nobody looks at them here.
        `--web.console.templates=${folder}`,
        `--web.console.libraries=${folder}`,
      ],
      { stdio: "ignore" },
    );
    const running = new RunningPrometheus(`http://${listen}`, folder, child);
    await vi.waitFor(async () => (await fetch(`${running.#url}/-/ready`)).ok || Promise.reject(), {
      timeout: 30_000,
      interval: 50,
    });
    return running;
  }

  /** Value of each series that a query finds now. */
  async query(expression: string): Promise<readonly Series[]> {
    const answer = await fetch(`${this.#url}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const { data } = (await answer.json()) as { readonly data?: { readonly result: readonly Found[] } };
    return (data?.result ?? []).map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
  }

  async stop(): Promise<void> {
    await endProcess(this.#process, "SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Found {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}
