import { spread } from "./statistics.ts";

/** What repeated runs of one thing took, in the order they ran. */
export interface Series {
  /** Who ran: `provision`, `ansible-playbook`, a configuration. */
  readonly of: string;
  /** Wall time of each run. */
  readonly seconds: readonly number[];
  /** User and system time of each run with its children, in seconds; empty where it says nothing or cannot be had. */
  readonly cpuSeconds: readonly number[];
  /** Largest resident set of any one process of each run, in bytes; empty like `cpuSeconds`. */
  readonly peakBytes: readonly number[];
}

export type Target =
  | { readonly kind: "at-most-seconds"; readonly limit: number }
  /** The peer takes at least so many times as long as we do. */
  | { readonly kind: "times-faster"; readonly limit: number }
  /** We take at most so many times as long as the peer does. */
  | { readonly kind: "times-as-long"; readonly limit: number };

/** One question of the benchmark with its answer. */
export interface Row {
  readonly name: string;
  readonly ours: Series;
  readonly peer?: Series;
  readonly targets: readonly Target[];
}

/** Ratio of the medians, the way round in which the row's targets speak of it; undefined without a peer. */
export function ratioOf({ ours, peer, targets }: Row): number | undefined {
  if (!peer) return undefined;
  const [mine, theirs] = [spread(ours.seconds).median, spread(peer.seconds).median];
  return targets.some(({ kind }) => kind === "times-as-long") ? mine / theirs : theirs / mine;
}

/** True if the medians meet every target; a target that compares is not met without a peer to compare with. */
export function meetsTargets(row: Row): boolean {
  const median = spread(row.ours.seconds).median;
  const ratio = ratioOf(row);
  return row.targets.every((target) => meets(target, median, ratio));
}

function meets({ kind, limit }: Target, median: number, ratio: number | undefined): boolean {
  switch (kind) {
    case "at-most-seconds":
      return median <= limit;
    case "times-faster":
      return ratio !== undefined && ratio >= limit;
    case "times-as-long":
      return ratio !== undefined && ratio <= limit;
  }
}
