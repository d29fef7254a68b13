import { meetsTargets, type Row, ratioOf, type Series, type Target, type Unit } from "./row.ts";
import { spread } from "./statistics.ts";

export const BENCH_FORMAT = "modemkeeper.bench/2";

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
  const { median, min, max } = spread(row.ours.values);
  const ratio = ratioOf(row);
  const shown = (value: number) => amount(value, row.unit);
  return [
    row.name,
    `${shown(median)} [${shown(min)}–${shown(max)}]`,
    ...resources(row.ours),
    row.peer ? `${shown(spread(row.peer.values).median)} ${row.peer.of}` : "–",
    ...(row.peer ? resources(row.peer) : ["", ""]),
    ratio === undefined ? "–" : `${significant(ratio)}×`,
    row.targets.map((target) => targetText(target, row.unit)).join(", "),
    meetsTargets(row) ? "ok" : "short",
  ];
}

function resources({ cpuSeconds, peakBytes }: Series): readonly [string, string] {
  const cpu = cpuSeconds.length === 0 ? "" : seconds(spread(cpuSeconds).median);
  const memory = peakBytes.length === 0 ? "" : `${Math.round(spread(peakBytes).median / 2 ** 20)} MiB`;
  return [cpu, memory];
}

function targetText({ kind, limit }: Target, unit: Unit): string {
  switch (kind) {
    case "at-most":
      return `≤ ${withUnit(String(limit), unit)}`;
    case "at-least":
      return `≥ ${withUnit(String(limit), unit)}`;
    case "times-faster":
      return `≥ ${limit}× faster`;
    case "times-as-much":
      return `≤ ${limit}×`;
    case "over-peer":
      return `≤ ${withUnit(String(limit), unit)} more`;
  }
}

function amount(value: number, unit: Unit): string {
  if (unit === "s") return seconds(value);
  return withUnit(unit === "" ? String(value) : significant(value), unit);
}

function withUnit(text: string, unit: Unit): string {
  return `${text} ${unit}`.trimEnd();
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
