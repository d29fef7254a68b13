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
/** Debian's build has the path of its templates built in: in a mount namespace of its own they are there. Needs root. */
const IN_NAMESPACE = ["--mount", "--propagation", "private", "sh", "-c"];
const BIND = 'mount --bind "$0/usr/share" /usr/share && exec "$@"';

/** Where Alertmanager of Debian and its tool are unpacked; the reason where they cannot be had. Throws that under `CI=true`. */
export async function findAlertmanager(): Promise<{ readonly root: string } | { readonly reason: string }> {
  try {
    const root = await unpackedPackages("alertmanager", [PACKAGE], BINARY);
    await run("unshare", [...IN_NAMESPACE, BIND, root, join(root, BINARY), "--version"]);
    return { root };
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
    { root }: { readonly root: string },
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
      "unshare",
      [
        ...[...IN_NAMESPACE, BIND, root, join(root, BINARY)],
        `--config.file=${folder}/alertmanager.yml`,
        `--storage.path=${folder}/data`,
        `--web.listen-address=${listen}`,
        "--cluster.listen-address=",
      ],
      { stdio: "ignore" },
    );
    const running = new RunningAlertmanager(`http://${listen}`, join(root, "usr/bin/amtool"), folder, child);
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
