import { closeSync, mkdirSync, openSync, renameSync, unlinkSync, watch, writeFileSync, writeSync } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AgentProcess } from "../test/helpers/incoming/agent-process.ts";
import { folderTask } from "../test/helpers/incoming/folder-task.ts";
import { ReceivingSmsd } from "../test/helpers/incoming/receiving-smsd.ts";
import { smsdFile } from "../test/helpers/incoming/smsd-file.ts";
import type { SmsdBinary } from "../test/helpers/smsd-binary.ts";
import { PollingLoop, postScript } from "./delivery-peers.ts";
import { Receiver } from "./receiver.ts";
import { plainSeries, type Row, type Series } from "./row.ts";
import { withScratch } from "./scratch.ts";
import { percentile } from "./statistics.ts";

/** Messages of one round. */
const MESSAGES = 300;
/** The loop's poll of 2 s is what is measured, so a few messages spread over it say as much. */
const POLLED = 20;
const POLLED_EVERY = 530;
const LONGEST_WAIT_S = 30;

/** One way from smsd's file to the receiver. */
interface Way {
  readonly of: string;
  readonly messages: number;
  /** Milliseconds until the next message, whether or not this one has arrived; without it the next one waits for it. */
  readonly every?: number;
  /** Has the message with this number in its text appear. Returns when its file was complete, by `now`. */
  readonly write: (mark: number) => number | Promise<number>;
  /** Asked after the message arrived, where `write` cannot know it. */
  readonly completedAt?: () => number;
}

/**
 * From the completed file of a message until a receiver has it: by the agent, by smsd's own eventhandler and by a shell
 * loop that looks every two seconds. The latter two run the same curl.
 */
export async function deliveryLatencyRows(rounds: number, smsd: SmsdBinary): Promise<readonly Row[]> {
  return withScratch(async (folder) => {
    const receiver = await Receiver.start();
    const stops: (() => Promise<void>)[] = [() => receiver.stop()];
    try {
      const ours = await agent(join(folder, "agent"), receiver.url);
      stops.push(ours.stop);
      const handler = await eventhandler(join(folder, "handler"), receiver.url, smsd);
      stops.push(handler.stop);
      const loop = await PollingLoop.start(join(folder, "loop"), receiver.url);
      stops.push(() => loop.stop());
      const polled = { of: "2 s polling loop", messages: POLLED, every: POLLED_EVERY };
      const ways = [
        ...ours.ways,
        handler.way,
        { ...polled, write: (mark: number) => writeInPlace(loop.incoming, mark) },
      ];
      return await compare(rounds, ways, receiver);
    } finally {
      for (const stop of stops.reverse()) await stop();
    }
  });
}

function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

async function agent(folder: string, url: string): Promise<{ readonly ways: readonly Way[]; stop(): Promise<void> }> {
  await mkdir(folder);
  const task = folderTask(folder, { url });
  const program = await AgentProcess.prepare(join(folder, "task.json"), task);
  program.start();
  return {
    ways: [
      { of: "agent", messages: MESSAGES, write: (mark) => writeAndRename(task.incoming, mark) },
      { of: "agent, written in place", messages: MESSAGES, write: (mark) => writeInPlace(task.incoming, mark) },
    ],
    stop: () => program.stop(),
  };
}

/** The real smsd, which starts the program itself. */
async function eventhandler(
  folder: string,
  url: string,
  smsd: SmsdBinary,
): Promise<{ readonly way: Way; stop(): Promise<void> }> {
  mkdirSync(folder);
  const script = join(folder, "handler");
  writeFileSync(script, postScript(url, "$2"));
  await chmod(script, 0o755);
  const gateway = await ReceivingSmsd.prepare(smsd, folder, { modems: ["GSM1"], eventhandler: script });
  let written = 0;
  // smsd closes its file and starts the handler: the last that is seen of the folder before is the file's completion.
  const watcher = watch(gateway.incoming, () => {
    written = now();
  });
  gateway.start();
  return {
    way: {
      of: "smsd's eventhandler",
      messages: MESSAGES,
      write: (mark) => {
        gateway.sim.receive({ from: SENDER, text: `mark-${mark}` }, "GSM1");
        return 0;
      },
      completedAt: () => written,
    },
    stop: async () => {
      watcher.close();
      await gateway.stop();
    },
  };
}

const SENDER = "+491710000002";

/** As smsd writes by default: an empty file, gone again, and anew with all its content, under the final name. */
function writeInPlace(incoming: string, mark: number): number {
  const path = join(incoming, nameOf(mark));
  closeSync(openSync(path, "wx"));
  unlinkSync(path);
  const file = openSync(path, "w");
  writeSync(file, contentOf(mark));
  closeSync(file);
  return now();
}

/** As whoever hands files over wants to: it gets its name when it is complete. */
function writeAndRename(incoming: string, mark: number): number {
  const draft = join(incoming, `.${nameOf(mark)}`);
  writeFileSync(draft, contentOf(mark));
  renameSync(draft, join(incoming, nameOf(mark)));
  return now();
}

function nameOf(mark: number): string {
  return `GSM1.${String(mark).padStart(6, "0")}`;
}

function contentOf(mark: number): Buffer {
  return smsdFile({ from: SENDER, text: `mark-${mark}` });
}

async function compare(rounds: number, ways: readonly Way[], receiver: Receiver): Promise<readonly Row[]> {
  const middles = ways.map((): number[] => []);
  const slowest = ways.map((): number[] => []);
  let mark = 0;
  for (let round = 0; round <= rounds; round++) {
    for (const [index, way] of ways.entries()) {
      const latencies = await measure(way, mark, receiver);
      mark += way.messages;
      // The first turn only warms up.
      if (round === 0) continue;
      middles[index]?.push(percentile(latencies, 0.5));
      slowest[index]?.push(percentile(latencies, 0.99));
    }
  }
  const series = (values: readonly number[][]) => ways.map(({ of }, index) => plainSeries(of, values[index] ?? []));
  return [...rowsOf("p50", series(middles), 5), ...rowsOf("p99", series(slowest), 25)];
}

/** Milliseconds from file to receiver, for each message of one round. */
async function measure(way: Way, first: number, receiver: Receiver): Promise<readonly number[]> {
  const completed = new Map<number, number>();
  await receiver.arrivals();
  for (let mark = first; mark < first + way.messages; mark++) {
    completed.set(mark, await way.write(mark));
    if (way.every !== undefined) {
      await sleep(way.every);
      continue;
    }
    await receiver.until(mark - first + 1, LONGEST_WAIT_S);
    if (way.completedAt) completed.set(mark, way.completedAt());
  }
  await receiver.until(way.messages, LONGEST_WAIT_S);
  return [...(await receiver.arrivals())].map(([mark, at]) => at - (completed.get(mark) ?? Number.NaN));
}

/** The agent's two ways first, then the peers. */
function rowsOf(which: "p50" | "p99", series: readonly Series[], limit: number): readonly Row[] {
  const [renamed, inPlace, handler, loop] = series;
  if (!renamed || !inPlace || !handler || !loop) throw new Error("nothing was measured");
  const byRename = `file renamed into incoming/ → receiver, ${which}`;
  const written = `file written in incoming/ → receiver, ${which}`;
  const targets: Row["targets"] = [{ kind: "at-most", limit }];
  const againstHandler = which === "p50" ? [...targets, { kind: "times-faster", limit: 1 } as const] : targets;
  return [
    { name: byRename, unit: "ms", ours: renamed, peer: handler, targets: againstHandler },
    { name: written, unit: "ms", ours: inPlace, peer: handler, targets: againstHandler },
    { name: written, unit: "ms", ours: inPlace, peer: loop, targets },
  ];
}
