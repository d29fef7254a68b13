import { meetsTargets, type Row, ratioOf, type Series, type Target } from "./row.ts";
import { spread } from "./statistics.ts";

export const BENCH_FORMAT = "modemkeeper.bench/1";

/** Where and under which conditions a run was made. */
export interface Setting {
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
  /** Mean number of runnable processes over the last minute, when the run began. */
  readonly loadBefore: number;
}

const HEADINGS = [
  "",
  "ours: median [min–max]",
  "cpu",
  "memory",
  "peer: median",
  "cpu",
  "memory",
  "ratio",
  "target",
  "",
];

/** The rows as a table for people. */
export function renderTable(rows: readonly Row[], setting: Setting): string {
  const cells = [HEADINGS, ...rows.map(cellsOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) => {
    return row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  });
  return `${lines.join("\n")}\n\n${conditions(setting)}\n`;
}

function cellsOf(row: Row): readonly string[] {
  const { median, min, max } = spread(row.ours.seconds);
  const ratio = ratioOf(row);
  return [
    row.name,
    `${seconds(median)} [${seconds(min)}–${seconds(max)}]`,
    ...resources(row.ours),
    row.peer ? `${seconds(spread(row.peer.seconds).median)} ${row.peer.of}` : "–",
    ...(row.peer ? resources(row.peer) : ["", ""]),
    ratio === undefined ? "–" : `${significant(ratio)}×`,
    row.targets.map(targetText).join(", "),
    meetsTargets(row) ? "ok" : "short",
  ];
}

function resources({ cpuSeconds, peakBytes }: Series): readonly [string, string] {
  const cpu = cpuSeconds.length === 0 ? "" : seconds(spread(cpuSeconds).median);
  const memory = peakBytes.length === 0 ? "" : `${Math.round(spread(peakBytes).median / 2 ** 20)} MiB`;
  return [cpu, memory];
}

function targetText({ kind, limit }: Target): string {
  switch (kind) {
    case "at-most-seconds":
      return `≤ ${limit} s`;
    case "times-faster":
      return `≥ ${limit}× faster`;
    case "times-as-long":
      return `≤ ${limit}× as long`;
  }
}

function seconds(value: number): string {
  return `${value < 0.1 ? value.toFixed(3) : value.toFixed(2)} s`;
}

function significant(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(0);
}

function conditions({ processor, cores, node, loadBefore }: Setting): string {
  return `${cores} × ${processor}, Node ${node}, load ${loadBefore.toFixed(2)} when it began`;
}

/** The same for programs: one line of JSON with every single measurement. */
export function toJson(rows: readonly Row[], setting: Setting): string {
  const entries = rows.map((row) => ({ ...row, ratio: ratioOf(row), meetsTargets: meetsTargets(row) }));
  return `${JSON.stringify({ format: BENCH_FORMAT, setting, rows: entries })}\n`;
}
