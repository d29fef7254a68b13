import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { program } from "../lab/parts/program.ts";
import { bareRoot } from "./bare-root.ts";

/*
 * The built program as its users run it: a process, with its exit code and its two streams.
 */

const NOBODY = ["setpriv", "--reuid=65534", "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"];

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Run as nobody; setpriv(1) leaves the right to read, since the build may lie in root's home. */
  readonly asNobody?: boolean;
}

/** Path of the built `provision`; the build is shared by all tests and remade when its sources change. */
export async function builtProgram(): Promise<string> {
  return (await program()).folder;
}

export function provision(args: readonly string[], options: CliOptions = {}): Promise<Outcome> {
  return runBuilt("provision", args, options);
}

export function modemkeeper(args: readonly string[], options: CliOptions = {}): Promise<Outcome> {
  return runBuilt("agent", args, options);
}

async function runBuilt(which: "provision" | "agent", args: readonly string[], options: CliOptions): Promise<Outcome> {
  const main = join(await builtProgram(), "dist", which, "main.js");
  const { cwd = tmpdir(), env = {}, asNobody = false } = options;
  const [command = "", ...rest] = [...(asNobody ? NOBODY : []), process.execPath, main, ...args];
  return new Promise((resolve) => {
    const child = execFile(
      command,
      rest,
      { cwd, env: { PATH: process.env.PATH ?? "", ...env }, maxBuffer: 64 << 20 },
      (_error, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
    );
    child.stdin?.end();
  });
}

/** A scratch folder that goes with the test. */
export async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "modemkeeper-"));
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function put(path: string, content: string, mode = 0o644): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { mode });
  return path;
}

export const ONE_SIM7600 = "version: 1\nmodems:\n  - name: SIM7600\n    model: SIM7600\n";

/** A folder that looks like an installed Debian to `--root`: users, groups, smsd, and nothing of ours. */
export async function scratchRoot(): Promise<string> {
  const root = await scratch();
  await bareRoot(root);
  await put(`${root}/inventory.yaml`, ONE_SIM7600);
  return root;
}
