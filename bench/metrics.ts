import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endProcess } from "../test/helpers/end-process.ts";
import { newWebhookSecret } from "../test/helpers/incoming/folder-task.ts";
import { fill, holdsAnything } from "./incoming-folder.ts";
import { PrivateMachine } from "./private-machine.ts";
import { Receiver } from "./receiver.ts";
import { plainSeries, type Row } from "./row.ts";
import { Scraper } from "./scraper.ts";
import { withScratch } from "./scratch.ts";
import { percentile } from "./statistics.ts";

const PORT = 18_071;
const MESSAGES = 20_000;
const EVERY_MS = 20;
const MOST_ROUNDS = 5;
const SETTLED_MS = 3_000;

interface Reading {
  readonly latencies: readonly number[];
  /** Of a web server that does nothing else, asked as often at the same time. */
  readonly bareLatencies: readonly number[];
  /** The most that was resident at any moment of it, MiB. */
  readonly rss: number;
  readonly idleRss: number;
}

/** `/metrics` at 50 requests a second while 20,000 received messages are delivered, and the agent's memory then. */
export async function metricsRows(rounds: number): Promise<readonly Row[]> {
  const readings = await withScratch((folder) => measured(folder, Math.min(rounds, MOST_ROUNDS)));
  const name = `/metrics, ${1000 / EVERY_MS} a second while ${MESSAGES.toLocaleString("en")} messages are delivered`;
  const latency = (share: number) => ({
    unit: "ms" as const,
    ours: plainSeries(
      "agent",
      readings.map(({ latencies }) => percentile(latencies, share)),
    ),
    peer: plainSeries(
      "a server with nothing else to do",
      readings.map(({ bareLatencies }) => percentile(bareLatencies, share)),
    ),
  });
  return [
    { name: `${name}, p50`, ...latency(0.5), targets: [] },
    { name: `${name}, p99`, ...latency(0.99), targets: [{ kind: "at-most", limit: 20 }] },
    {
      name: `${name}, most resident memory`,
      unit: "MiB",
      ours: plainSeries(
        "agent",
        readings.map(({ rss }) => rss),
      ),
      peer: plainSeries(
        "idle Node",
        readings.map(({ idleRss }) => idleRss),
      ),
      targets: [{ kind: "times-as-much", limit: 2 }],
    },
  ];
}

async function measured(folder: string, rounds: number): Promise<readonly Reading[]> {
  const [receiver, bare] = await Promise.all([Receiver.start(), Receiver.start()]);
  const stops: (() => Promise<void>)[] = [() => receiver.stop(), () => bare.stop()];
  try {
    const idle = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000000)"], { stdio: "ignore" });
    stops.push(() => endProcess(idle, "SIGTERM"));
    const inventory = join(folder, "inventory.yaml");
    writeFileSync(inventory, inventoryText(folder, receiver.url));
    const agent = await PrivateMachine.withAgent(folder, inventory, PORT);
    stops.push(() => agent.stop());
    await sleep(SETTLED_MS);
    const readings: Reading[] = [];
    // The first turn only warms up.
    for (let round = 0; round <= rounds; round++) {
      const reading = await drain({ agent, idle, bare, incoming: incomingOf(folder) }, round * MESSAGES);
      if (round > 0) readings.push(reading);
    }
    return readings;
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

interface Stage {
  readonly agent: PrivateMachine;
  readonly idle: ChildProcess;
  readonly bare: Receiver;
  readonly incoming: string;
}

async function drain({ agent, idle, bare, incoming }: Stage, first: number): Promise<Reading> {
  fill(incoming, MESSAGES, first);
  const ours = new Scraper(`http://127.0.0.1:${PORT}/metrics`, EVERY_MS);
  const theirs = new Scraper(bare.url, EVERY_MS);
  let rss = 0;
  ours.start();
  theirs.start();
  while (await holdsAnything(incoming)) {
    rss = Math.max(rss, residentMebibytes(agent.pid));
    await sleep(EVERY_MS * 5);
  }
  const [latencies, bareLatencies] = await Promise.all([ours.stop(), theirs.stop()]);
  return { latencies, bareLatencies, rss, idleRss: residentMebibytes(idle.pid) };
}

/** proc(5), status. */
function residentMebibytes(pid: number | undefined): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

function incomingOf(folder: string): string {
  return join(folder, "spool/incoming");
}

function inventoryText(folder: string, url: string): string {
  const names = ["incoming", "outgoing", "checked", "sent", "failed", "report"];
  for (const name of names) mkdirSync(join(folder, "spool", name), { recursive: true });
  writeFileSync(join(folder, "secret"), newWebhookSecret(), { mode: 0o600 });
  const spool = names.map((name) => `${name}: ${join(folder, "spool", name)}`).join(", ");
  return `version: 1
modems: [{ name: GSM1, model: SIM7600 }]
smsd: { spool: { ${spool} } }
manual_stop: { flag: ${folder}/flag }
http: { listen: "127.0.0.1:${PORT}" }
incoming:
  processed: ${folder}/processed
  dead_letter: ${folder}/dead-letter
  sinks: [{ type: webhook, name: receiver, url: "${url}", secret: { file: ${folder}/secret } }]
`;
}
