import type { AgentHost, FileStat } from "../../core/agent-ports.ts";
import { INVENTORY_COPY, SUSPEND, UNIT } from "../../provision/desired/paths.ts";
import type { LogReader } from "./log.ts";

/** What changed between two beats. */
export type PulseChange = "flag" | "suspend" | "inventory" | "smsd" | "log";

/** What to keep an eye on beside what has a fixed place. */
export interface PulseWatch {
  /** Path of the manual stop flag. */
  readonly flag: string;
  readonly logfile: string;
  /** smsd's processes as last observed. */
  readonly pids: readonly number[];
}

/** A leftover flag goes, and an I/O error is seen, within a second. */
const BEAT_MS = 500;
/**
 * The unit's control group comes with its first process and goes with its last; a new one has another inode. The second
 * place is systemd's own hierarchy beside cgroup v1, as Jetsons with L4T 32 have it.
 */
const CGROUPS = [`/sys/fs/cgroup/system.slice/${UNIT}`, `/sys/fs/cgroup/systemd/system.slice/${UNIT}`];

/** Twice a second, a dozen files are asked for their times: cheap enough for ever, and no event can be lost. */
export class Pulse {
  readonly #host: Pick<AgentHost, "stats" | "clock">;
  readonly #log: LogReader;
  readonly #watch: () => PulseWatch | undefined;
  readonly #seen = new Map<string, string>();
  readonly #missed = new Set<number>();
  #over: AbortController | undefined;

  /** `watch` gives undefined while nothing has been observed yet. */
  constructor(host: Pick<AgentHost, "stats" | "clock">, log: LogReader, watch: () => PulseWatch | undefined) {
    this.#host = host;
    this.#log = log;
    this.#watch = watch;
  }

  /** Calls back after each beat in which something changed, until stopped. */
  start(onChange: (changes: readonly PulseChange[]) => void): void {
    if (this.#over) return;
    this.#over = new AbortController();
    void this.#beat(onChange, this.#over.signal);
  }

  stop(): void {
    this.#over?.abort();
    this.#over = undefined;
  }

  async #beat(onChange: (changes: readonly PulseChange[]) => void, over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await this.#host.clock.sleep(BEAT_MS, over);
      if (over.aborted) return;
      // What cannot be looked at now is looked at by the next beat, and by each pass of the loop, which tells of errors.
      const changes = await this.look().catch(() => []);
      if (changes.length > 0 && !over.aborted) onChange(changes);
    }
  }

  /** What changed since the last look. A path that was not looked at before has not changed. */
  async look(): Promise<readonly PulseChange[]> {
    const watch = this.#watch();
    if (!watch) return [];
    const paths = [watch.flag, SUSPEND, INVENTORY_COPY, watch.logfile, ...CGROUPS];
    const processes = watch.pids.map((pid) => `/proc/${pid}`);
    const stats = await this.#host.stats.of([...paths, ...processes]);
    const [flag, suspend, inventory, logfile, ...rest] = stats;
    const changes = new Set<PulseChange>();
    if (this.#differs(watch.flag, versionOf(flag))) changes.add("flag");
    if (this.#differs(SUSPEND, versionOf(suspend))) changes.add("suspend");
    if (this.#differs(INVENTORY_COPY, versionOf(inventory))) changes.add("inventory");
    for (const [index, path] of CGROUPS.entries()) {
      if (this.#differs(path, String(rest[index]?.inode))) changes.add("smsd");
    }
    if (this.#someEnded(watch.pids, rest.slice(CGROUPS.length))) changes.add("smsd");
    const grown = this.#differs(watch.logfile, versionOf(logfile));
    if (grown && (await this.#log.read(watch.logfile))) changes.add("log");
    return [...changes];
  }

  #differs(path: string, version: string): boolean {
    const before = this.#seen.get(path);
    this.#seen.set(path, version);
    return before !== undefined && before !== version;
  }

  /** A process's own inode and time change while it lives (procfs makes them as they are asked for); that it is there does not. */
  #someEnded(pids: readonly number[], stats: readonly (FileStat | undefined)[]): boolean {
    const ended = pids.filter((pid, index) => stats[index] === undefined && !this.#missed.has(pid));
    for (const pid of this.#missed) if (!pids.includes(pid)) this.#missed.delete(pid);
    for (const pid of ended) this.#missed.add(pid);
    return ended.length > 0;
  }
}

function versionOf(stat: FileStat | undefined): string {
  return stat ? `${stat.inode} ${stat.size} ${stat.modifiedAt}` : "";
}
