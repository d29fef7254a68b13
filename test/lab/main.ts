import { spawn } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { whyNot } from "./availability.ts";
import { Guest } from "./guest.ts";
import { REPOSITORY } from "./parts/repository.ts";
import { ensureSnapshot, SNAPSHOT_NAMES, type SnapshotName } from "./snapshots.ts";

const USAGE = `usage: npm run lab -- list
       npm run lab -- SCENARIO...
       npm run lab -- shell [--modem MODEL]... [--from fresh|installed|gateway]
`;

const SCENARIOS = join(import.meta.dirname, "scenarios");

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { modem: { type: "string", multiple: true }, from: { type: "string", default: "installed" } },
  });
  const [verb] = positionals;
  if (verb === undefined) return usage();
  if (verb === "list") return await list();
  if (verb !== "shell") return await runScenarios(positionals);
  const from = SNAPSHOT_NAMES.find((name) => name === values.from);
  if (from === undefined) return usage();
  return await shell(from, values.modem ?? (from === "gateway" ? [] : ["SIM7600"]));
}

function usage(): number {
  process.stderr.write(USAGE);
  return 64;
}

async function scenarioNames(): Promise<readonly string[]> {
  const files = await readdir(SCENARIOS);
  return files.flatMap((file) => (file.endsWith(".test.ts") ? [file.slice(0, -".test.ts".length)] : [])).sort();
}

async function list(): Promise<number> {
  process.stdout.write(`${(await scenarioNames()).join("\n")}\n`);
  return 0;
}

async function runScenarios(names: readonly string[]): Promise<number> {
  const known = await scenarioNames();
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`no such scenario: ${unknown.join(", ")}; there are: ${known.join(", ")}\n`);
    return 64;
  }
  const files = names.map((name) => join(SCENARIOS, `${name}.test.ts`));
  const vitest = join(REPOSITORY, "node_modules/.bin/vitest");
  const child = spawn(vitest, ["run", "--project", "lab", ...files], { cwd: REPOSITORY, stdio: "inherit" });
  return await new Promise((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
}

async function shell(from: SnapshotName, modems: readonly string[]): Promise<number> {
  const reason = await whyNot();
  if (reason !== undefined || !process.stdin.isTTY) {
    process.stderr.write(`no shell: ${reason ?? "this is not a terminal"}\n`);
    return 12;
  }
  const snapshot = await ensureSnapshot(from, (line) => process.stderr.write(`lab: ${line}\n`));
  const guest = await Guest.start(snapshot, { console: "terminal" });
  for (const model of modems) await guest.sim.plug({ model });
  const plugged = (await guest.sim.state()).map(({ name }) => String(name));
  process.stderr.write(
    `A Debian guest (${from}) with ${plugged.join(" and ") || "nothing"} plugged in. Root shell below: press Enter.\n` +
      "To leave: Ctrl-A, then x. Nothing in it is kept.\n" +
      (from === "installed" ? "To begin: provision init && provision apply\n" : ""),
  );
  await guest.exited();
  await guest.end();
  return 0;
}

process.exitCode = await main();
