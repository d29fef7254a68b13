import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AgentProcess } from "../test/helpers/incoming/agent-process.ts";
import { folderTask } from "../test/helpers/incoming/folder-task.ts";
import { empty, fill } from "./incoming-folder.ts";
import { Receiver } from "./receiver.ts";
import { plainSeries, type Row, type Series } from "./row.ts";
import { withScratch } from "./scratch.ts";

const FEW = 10_000;
const MANY = 100_000;
/** Each takes minutes. */
const MOST_ROUNDS = 3;
const LONGEST_WAIT_S = 200;

interface Emptied {
  readonly perSecond: number;
  /** User and system time of the agent. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** How fast the agent delivers what has gathered while it was down: 10,000 messages, and 100,000. */
export async function deliveryBacklogRows(rounds: number): Promise<readonly Row[]> {
  const few: Emptied[] = [];
  const many: Emptied[] = [];
  for (let round = 0; round < Math.min(rounds, MOST_ROUNDS); round++) {
    few.push(await emptyBacklog(FEW));
    many.push(await emptyBacklog(MANY));
  }
  const [fewName, manyName] = [FEW.toLocaleString("en"), MANY.toLocaleString("en")];
  const mebibytes = ({ peakBytes }: Emptied) => peakBytes / 2 ** 20;
  const millisecondsEach = ({ perSecond }: Emptied) => 1000 / perSecond;
  return [
    {
      name: `backlog of ${fewName} → webhook, messages a second`,
      unit: "/s",
      ours: series("agent", few, ({ perSecond }) => perSecond),
      targets: [{ kind: "at-least", limit: 1_500 }],
    },
    {
      name: `backlog of ${manyName} → webhook, time per message`,
      unit: "ms",
      ours: series("agent", many, millisecondsEach),
      peer: series(`of ${fewName}`, few, millisecondsEach),
      targets: [{ kind: "times-as-much", limit: 1.1 }],
    },
    {
      name: `backlog of ${manyName} → webhook, memory`,
      unit: "MiB",
      ours: plainSeries("agent", many.map(mebibytes)),
      peer: plainSeries(`of ${fewName}`, few.map(mebibytes)),
      targets: [{ kind: "times-as-much", limit: 1.3 }],
    },
  ];
}

function series(of: string, runs: readonly Emptied[], value: (run: Emptied) => number): Series {
  return {
    of,
    values: runs.map(value),
    cpuSeconds: runs.map(({ cpuSeconds }) => cpuSeconds),
    peakBytes: runs.map(({ peakBytes }) => peakBytes),
  };
}

/** From the start of the agent until the last message's outcome is on disk: its file has left `incoming/`. */
export async function emptyBacklog(count: number, nodeOptions: readonly string[] = []): Promise<Emptied> {
  return withScratch(async (folder) => {
    const receiver = await Receiver.start();
    const task = folderTask(folder, { url: receiver.url });
    fill(task.incoming, count);
    const program = await AgentProcess.prepare(join(folder, "task.json"), task, nodeOptions);
    try {
      const began = performance.now();
      program.start();
      await receiver.until(count, LONGEST_WAIT_S, () => program.alive);
      await empty(task.incoming);
      const seconds = (performance.now() - began) / 1000;
      return { perSecond: count / seconds, cpuSeconds: cpuSeconds(program.pid), peakBytes: peakBytes(program.pid) };
    } finally {
      await program.stop();
      await receiver.stop();
    }
  });
}

/** proc(5), stat: utime and stime, the fields after the name and 11 more; Linux tells programs of 100 ticks a second. */
function cpuSeconds(pid: number | undefined): number {
  const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const [user, system] = fields.split(" ").slice(11, 13).map(Number);
  return ((user ?? 0) + (system ?? 0)) / 100;
}

/** proc(5), status: VmHWM, the most that was ever resident, in kB. */
function peakBytes(pid: number | undefined): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kibibytes) * 1024;
}
