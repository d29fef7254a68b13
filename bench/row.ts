import { spread } from "./statistics.ts";

/** What a row counts in: seconds, milliseconds, mebibytes, percent of one core, things, or things a second. */
export type Unit = "s" | "ms" | "MiB" | "%" | "" | "/s";

/** What repeated runs of one thing took, in the order they ran. */
export interface Series {
  /** Who ran: `provision`, `ansible-playbook`, a configuration. */
  readonly of: string;
  /** What each run came to, in the row's unit: wall time where that is seconds. */
  readonly values: readonly number[];
  /** User and system time of each run with its children, in seconds; empty where it says nothing or cannot be had. */
  readonly cpuSeconds: readonly number[];
  /** Largest resident set of any one process of each run, in bytes; empty like `cpuSeconds`. */
  readonly peakBytes: readonly number[];
}

export type Target =
  | { readonly kind: "at-most"; readonly limit: number }
  | { readonly kind: "at-least"; readonly limit: number }
  /** The peer takes at least so many times as long as we do. */
  | { readonly kind: "times-faster"; readonly limit: number }
  /** We take at most so many times as much as the peer does. */
  | { readonly kind: "times-as-much"; readonly limit: number }
  /** We take at most so much more than the peer does. */
  | { readonly kind: "over-peer"; readonly limit: number };

/** One question of the benchmark with its answer. */
export interface Row {
  readonly name: string;
  readonly unit: Unit;
  readonly ours: Series;
  readonly peer?: Series;
  readonly targets: readonly Target[];
}

/** Measurements of which neither processor time nor memory was taken. */
export function plainSeries(of: string, values: readonly number[]): Series {
  return { of, values, cpuSeconds: [], peakBytes: [] };
}

/** Ratio of the medians, the way round in which the row's targets speak of it; undefined without a peer. */
export function ratioOf({ ours, peer, targets }: Row): number | undefined {
  if (!peer) return undefined;
  const [mine, theirs] = [spread(ours.values).median, spread(peer.values).median];
  const growth = targets.some(({ kind }) => kind === "times-as-much" || kind === "over-peer");
  return growth ? mine / theirs : theirs / mine;
}

/** True if the medians meet every target; a target that compares is not met without a peer to compare with. */
export function meetsTargets(row: Row): boolean {
  return row.targets.every((target) => meets(target, row));
}

function meets({ kind, limit }: Target, row: Row): boolean {
  const median = spread(row.ours.values).median;
  const ratio = ratioOf(row);
  switch (kind) {
    case "at-most":
      return median <= limit;
    case "at-least":
      return median >= limit;
    case "times-faster":
      return ratio !== undefined && ratio >= limit;
    case "times-as-much":
      return ratio !== undefined && ratio <= limit;
    case "over-peer":
      return row.peer !== undefined && median - spread(row.peer.values).median <= limit;
  }
}
