// `npm run bench`: measures and says what it found. Never fails for a number: see README.md in this folder.
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { findSmsd, type SmsdBinary } from "../test/helpers/smsd-binary.ts";
import { whyNot } from "../test/lab/availability.ts";
import { applyRow, planRow } from "./against-ansible.ts";
import { atRestRows } from "./agent-at-rest.ts";
import { hotplugGrowthRow } from "./agent-growth.ts";
import { recoveryRow } from "./agent-recovery.ts";
import { replugRow } from "./agent-replug.ts";
import { deliveryBacklogRows } from "./delivery-backlog.ts";
import { deliveryLatencyRows } from "./delivery-latency.ts";
import { incomingRows } from "./incoming-latency.ts";
import { metricsRows } from "./metrics.ts";
import { growthRows } from "./plan-growth.ts";
import { findAnsible } from "./playbook.ts";
import { renderTable, type Setting, toJson } from "./report.ts";
import type { Row } from "./row.ts";
import { sendRow } from "./send-latency.ts";
import { statusRows } from "./status.ts";

const PARTS = {
  plan: async (rounds) => [await planRow(rounds)],
  apply: async (rounds) => [await applyRow(rounds)],
  send: withSmsd(async (rounds, smsd) => [await sendRow(rounds, smsd)]),
  incoming: withSmsd(incomingRows),
  delivery: withSmsd(deliveryLatencyRows),
  backlog: deliveryBacklogRows,
  status: statusRows,
  metrics: metricsRows,
  growth: growthRows,
  replug: inLab(async (rounds) => [await replugRow(rounds)]),
  recovery: inLab(async (rounds) => [await recoveryRow(rounds)]),
  rest: inLab(atRestRows),
  hotplug: async () => [hotplugGrowthRow()],
} as const satisfies Readonly<Record<string, (rounds: number) => Promise<readonly Row[]>>>;

type Part = keyof typeof PARTS;

function isPart(name: string): name is Part {
  return name in PARTS;
}

/** For the reader; stdout has the result only. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function withSmsd(measure: (rounds: number, smsd: SmsdBinary) => Promise<readonly Row[]>) {
  return async (rounds: number): Promise<readonly Row[]> => {
    const smsd = await findSmsd();
    if (!("reason" in smsd)) return measure(rounds, smsd);
    say(`left out: ${smsd.reason}`);
    return [];
  };
}

function inLab(measure: (rounds: number) => Promise<readonly Row[]>) {
  return async (rounds: number): Promise<readonly Row[]> => {
    const reason = await whyNot();
    if (reason === undefined) return measure(rounds);
    say(`left out: ${reason}`);
    return [];
  };
}

function setting(): Setting {
  const processors = cpus();
  const [loadBefore = 0] = loadavg();
  return { processor: processors[0]?.model ?? "?", cores: processors.length, node: process.versions.node, loadBefore };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { json: { type: "boolean" }, rounds: { type: "string", default: "5" } },
    allowPositionals: true,
  });
  const rounds = Number(values.rounds);
  const parts = positionals.length === 0 ? Object.keys(PARTS) : positionals;
  if (!Number.isInteger(rounds) || rounds < 1 || !parts.every(isPart)) {
    say(`usage: npm run bench -- [--json] [--rounds N] [${Object.keys(PARTS).join("|")}]...`);
    process.exitCode = 64;
    return;
  }
  if (process.geteuid?.() !== 0) throw new Error("files of other owners are written: run it as root");
  if ("reason" in findAnsible()) say("no comparison with Ansible: apt-get install ansible-core");
  const conditions = setting();
  const rows: Row[] = [];
  for (const part of parts) {
    say(`${part}: ${rounds} rounds …`);
    try {
      rows.push(...(await PARTS[part](rounds)));
    } catch (error) {
      // What the others measured is still worth showing.
      say(`${part} could not be measured: ${error instanceof Error ? error.message : String(error)}`);
      process.exitCode = 1;
    }
  }
  process.stdout.write(values.json ? toJson(rows, conditions) : renderTable(rows, conditions));
}

await main();
