import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { outages, smsdPid, startSampler } from "../test/lab/agent.ts";
import type { Guest } from "../test/lab/guest.ts";
import { withGateway } from "./in-guest.ts";
import { plainSeries, type Row } from "./row.ts";

const NODE = "/opt/modemkeeper/current/node/bin/node";
/** Long enough for what is only done now and then: full probes, the resync. */
const SECONDS = 120;
/** Ticks a second in /proc/PID/stat. */
const TICKS = 100;

/** The agent of a healthy gateway with nothing to do: memory, processor time, and that smsd does not notice it. */
export async function atRestRows(rounds: number): Promise<readonly Row[]> {
  return await withGateway(async (guest) => {
    await guest.ok(`systemd-run --quiet --unit=lab-idle ${NODE} -e 'setInterval(() => {}, 1000000)'`);
    await startSampler(guest);
    const smsd = await smsdPid(guest, "MAINPROCESS");
    const probesBefore = await probes(guest);
    const [agent, idle] = [await pidOf(guest, "modemkeeper"), await pidOf(guest, "lab-idle")];
    const slower = await slowdown(guest);
    const seen: Reading[] = [];
    for (let round = 0; round < rounds; round++) seen.push(await reading(guest, agent, idle, SECONDS / rounds));
    const same = smsd === (await smsdPid(guest, "MAINPROCESS"));
    const down = [...(await outages(guest)), ...(same ? [] : [Number.POSITIVE_INFINITY])];
    const probed = (await probes(guest)) - probesBefore;
    return [
      ...rowsOf(seen, slower),
      {
        name: `smsd down during ${probed} probes of a healthy modem`,
        unit: "s",
        ours: plainSeries("agent", [down.reduce((sum, seconds) => sum + seconds, 0)]),
        targets: [{ kind: "at-most", limit: 0 }],
      },
    ];
  });
}

interface Reading {
  readonly rss: number;
  readonly idleRss: number;
  /** Share of one processor of the guest. */
  readonly share: number;
}

function rowsOf(seen: readonly Reading[], slower: number): readonly Row[] {
  return [
    {
      name: "agent at rest, resident memory",
      unit: "MiB",
      ours: plainSeries(
        "agent",
        seen.map(({ rss }) => rss),
      ),
      peer: plainSeries(
        "idle Node",
        seen.map(({ idleRss }) => idleRss),
      ),
      targets: [{ kind: "times-as-much", limit: 1.6 }],
    },
    {
      name: `agent at rest, share of a core (${slower.toFixed(0)}× slower machine taken into account)`,
      unit: "%",
      ours: plainSeries(
        "agent",
        seen.map(({ share }) => (share * 100) / slower),
      ),
      targets: [{ kind: "at-most", limit: 0.3 }],
    },
  ];
}

async function reading(guest: Guest, agent: number, idle: number, seconds: number): Promise<Reading> {
  const before = await ticks(guest, agent);
  await guest.ok(`sleep ${seconds}`, { seconds: seconds + 60 });
  const used = (await ticks(guest, agent)) - before;
  return { rss: await rss(guest, agent), idleRss: await rss(guest, idle), share: used / TICKS / seconds };
}

async function pidOf(guest: Guest, unit: string): Promise<number> {
  return Number(await guest.ok(`systemctl show -P MainPID ${unit}`));
}

async function rss(guest: Guest, pid: number): Promise<number> {
  return Number(await guest.ok(`awk '/^VmRSS:/ { print $2 }' /proc/${pid}/status`)) / 1024;
}

/** Its own time and that of the programs it started. */
async function ticks(guest: Guest, pid: number): Promise<number> {
  return Number(await guest.ok(`awk '{ print $14 + $15 + $16 + $17 }' /proc/${pid}/stat`));
}

async function probes(guest: Guest): Promise<number> {
  return Number((await guest.run('grep -c \'"purpose":"probe"\' /var/log/modemkeeper/access.jsonl')).stdout);
}

/** Work of the agent's kind: small files looked at, JSON read and written. Prints the processor time in microseconds. */
const WORK = `
const fs = require("node:fs");
const value = JSON.stringify(Object.fromEntries(Array.from({ length: 50 }, (_, n) => ["key" + n, { n, text: "x".repeat(20) }])));
const turn = () => {
  for (const path of ["/proc/self/stat", "/etc/passwd", "/proc/uptime"]) { fs.statSync(path); fs.readFileSync(path, "utf8"); }
  JSON.stringify(JSON.parse(value));
};
for (let n = 0; n < 300; n++) turn();
const before = process.cpuUsage();
for (let n = 0; n < 3000; n++) turn();
const used = process.cpuUsage(before);
console.log(used.user + used.system);
`;

/** How many times the processor time of the same work the guest needs: its processor is emulated. */
async function slowdown(guest: Guest): Promise<number> {
  const here = Number((await promisify(execFile)(process.execPath, ["-e", WORK])).stdout);
  const there = Number(await guest.ok(`${NODE} -`, { input: WORK }));
  return there / here;
}
