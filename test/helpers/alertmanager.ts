import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { vi } from "vitest";
import { endProcess } from "./end-process.ts";
import { unpackedPackages } from "./unpacked-packages.ts";

const run = promisify(execFile);
const PACKAGE = "prometheus-alertmanager";
const BINARY = `usr/bin/${PACKAGE}`;

/** Alertmanager of Debian and its tool, unpacked; the reason where they cannot be had. Throws that under `CI=true`. */
export async function findAlertmanager(): Promise<
  { readonly binary: string; readonly tool: string } | { readonly reason: string }
> {
  try {
    const root = await unpackedPackages("alertmanager", [PACKAGE], BINARY);
    await run(join(root, BINARY), ["--version"]);
    return { binary: join(root, BINARY), tool: join(root, "usr/bin/amtool") };
  } catch (error) {
    const reason = `no Alertmanager: ${error instanceof Error ? error.message.trim() : String(error)}`;
    if (process.env.CI === "true") throw new Error(reason, { cause: error });
    return { reason };
  }
}

/** A running Alertmanager that passes on to `webhook` what it would tell people. */
export class RunningAlertmanager {
  readonly url: string;
  readonly #tool: string;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(url: string, tool: string, folder: string, child: ChildProcess) {
    this.url = url;
    this.#tool = tool;
    this.#folder = folder;
    this.#process = child;
  }

  static async start(
    { binary, tool }: { readonly binary: string; readonly tool: string },
    webhook: string,
    port?: number,
  ): Promise<RunningAlertmanager> {
    const folder = mkdtempSync(join(tmpdir(), "alertmanager-"));
    const listen = `127.0.0.1:${port ?? (await freePort())}`;
    writeFileSync(
      join(folder, "alertmanager.yml"),
      JSON.stringify({
        route: { receiver: "people", group_by: ["..."], group_wait: "100ms", group_interval: "200ms" },
        receivers: [{ name: "people", webhook_configs: [{ url: webhook, send_resolved: true }] }],
      }),
    );
    const child = spawn(
      binary,
      [
        `--config.file=${folder}/alertmanager.yml`,
        `--storage.path=${folder}/data`,
        `--web.listen-address=${listen}`,
        "--cluster.listen-address=",
      ],
      { stdio: "ignore" },
    );
    const running = new RunningAlertmanager(`http://${listen}`, tool, folder, child);
    await vi.waitFor(async () => (await fetch(`${running.url}/-/ready`)).ok || Promise.reject(), {
      timeout: 30_000,
      interval: 50,
    });
    return running;
  }

  /** Names of what burns, by Alertmanager's own tool. */
  async burning(): Promise<readonly string[]> {
    const { stdout } = await run(this.#tool, [`--alertmanager.url=${this.url}`, "alert", "query", "-o", "json"]);
    const alerts = JSON.parse(stdout) as readonly { readonly labels: { readonly alertname: string } }[];
    return alerts.map(({ labels }) => labels.alertname).sort();
  }

  async stop(): Promise<void> {
    await endProcess(this.#process, "SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
