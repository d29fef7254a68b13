import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { vi } from "vitest";
import { freePort } from "./alertmanager.ts";
import type { Certificate } from "./certificates.ts";
import { endProcess } from "./end-process.ts";
import { unpackedPackages } from "./unpacked-packages.ts";

const run = promisify(execFile);
/** The broker, and the libraries that hardly anything else brings. */
const PACKAGES = ["mosquitto", "libdlt2", "libwrap0"];
const BINARY = "usr/sbin/mosquitto";
const PASSWORDS = "usr/bin/mosquitto_passwd";

export interface MosquittoBinary {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Debian's broker, unpacked; the reason where it cannot be had. Throws that under `CI=true`. */
export async function findMosquitto(): Promise<MosquittoBinary | { readonly reason: string }> {
  try {
    const root = await unpackedPackages("mosquitto", PACKAGES, BINARY);
    const { stdout: found } = await run("find", [root, "-name", "*.so.*"]);
    const folders = new Set(found.trim().split("\n").map(dirname));
    const env = { ...process.env, LD_LIBRARY_PATH: [...folders].join(":") };
    // Shows that all its libraries are there; asked for help it ends with 3.
    const { stdout } = await run("ldd", [join(root, BINARY)], { env });
    if (stdout.includes("not found")) throw new Error(stdout);
    return { root, env };
  } catch (error) {
    const reason = `no mosquitto: ${error instanceof Error ? error.message.trim() : String(error)}`;
    if (process.env.CI === "true") throw new Error(reason, { cause: error });
    return { reason };
  }
}

export interface MosquittoOptions {
  /** Without one, everybody may come in. */
  readonly account?: { readonly username: string; readonly password: string };
  readonly tls?: Certificate & { readonly ca?: string };
}

/** A broker on a port of its own, on loopback only. It may be stopped and started again. */
export class RunningMosquitto {
  readonly port: number;
  readonly #binary: MosquittoBinary;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(binary: MosquittoBinary, port: number) {
    this.#binary = binary;
    this.port = port;
    this.#folder = mkdtempSync(join(tmpdir(), "mosquitto-"));
  }

  static async start(binary: MosquittoBinary, options: MosquittoOptions = {}): Promise<RunningMosquitto> {
    const broker = new RunningMosquitto(binary, await freePort());
    await broker.#configure(options);
    await broker.start();
    return broker;
  }

  async start(): Promise<void> {
    const { root, env } = this.#binary;
    this.#process = spawn(join(root, BINARY), ["-c", join(this.#folder, "conf")], { env, stdio: "ignore" });
    await vi.waitFor(() => listens(this.port), { timeout: 30_000, interval: 20 });
  }

  /** At once, as a crash does. */
  async kill(): Promise<void> {
    if (this.#process) await endProcess(this.#process, "SIGKILL");
    this.#process = undefined;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #configure({ account, tls }: MosquittoOptions): Promise<void> {
    const passwords = join(this.#folder, "passwords");
    const { root, env } = this.#binary;
    if (account) await run(join(root, PASSWORDS), ["-b", "-c", passwords, account.username, account.password], { env });
    const lines = [
      `listener ${this.port} 127.0.0.1`,
      // Started by root it would become a user of its own, who may not read our files.
      "user root",
      account ? `allow_anonymous false\npassword_file ${passwords}` : "allow_anonymous true",
      ...(tls ? [`certfile ${tls.certificate}`, `keyfile ${tls.key}`] : []),
      ...(tls?.ca === undefined ? [] : [`cafile ${tls.ca}`, "require_certificate true"]),
    ];
    writeFileSync(join(this.#folder, "conf"), `${lines.join("\n")}\n`);
  }
}

function listens(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve();
    });
    socket.on("error", reject);
  });
}
