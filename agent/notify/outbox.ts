import type { AgentHost } from "../../core/agent-ports.ts";
import { messageOf } from "../../core/errors.ts";
import type { Progress } from "../delivery/types.ts";
import type { Moment } from "../model/observation.ts";
import { readSmall } from "../observe/small-file.ts";
import { OUTBOX } from "../paths.ts";
import { type KeptNotice, numberOf, parseKept, UNTRIED } from "./kept.ts";
import type { Addressed, Notice } from "./notice.ts";

/** A line that is down for weeks fills no disk. */
const MOST_NOTICES = 1_000;
/** So many go at once when it is too many: that is told once, and not for each. */
const MAKE_ROOM = 100;
const MAX_BYTES = 65_536;

type Host = Pick<AgentHost, "files" | "stats">;

/** Notices until every receiver has them: on disk as far as it takes them, and in memory. */
export class Outbox {
  readonly #host: Host;
  /** In the order in which they came up. */
  readonly #kept = new Map<string, KeptNotice>();
  /** What is on disk as it is not in memory: to be written, or to be removed. */
  readonly #dirty = new Set<string>();
  #writing: Promise<void> | undefined;
  #trouble: string | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Takes up what an earlier agent left. Returns one sentence for each file that cannot be used, and is removed; never fails. */
  async load(): Promise<readonly string[]> {
    const problems: string[] = [];
    const found: KeptNotice[] = [];
    try {
      for (const name of await this.#host.files.list(OUTBOX)) {
        if (!name.endsWith(".json")) continue;
        const kept = await this.#read(name);
        if (kept) found.push(kept);
        else problems.push(await this.#discard(name));
      }
    } catch (error) {
      problems.push(`${OUTBOX} cannot be read: ${messageOf(error)}`);
    }
    for (const kept of found.sort((a, b) => numberOf(a.notice) - numberOf(b.notice))) {
      this.#kept.set(kept.notice.id, kept);
    }
    return problems;
  }

  /** Settles when they are on disk, or when that has failed: then they are kept in memory. Returns those that had to make room. */
  async add(told: readonly Addressed[], written: Moment): Promise<readonly Notice[]> {
    for (const { notice, sinks } of told) {
      const waiting = Object.fromEntries(sinks.map((name) => [name, UNTRIED]));
      this.#kept.set(notice.id, { format: "modemkeeper.notice/1", notice, written, waiting });
      this.#dirty.add(notice.id);
    }
    const dropped = this.#kept.size > MOST_NOTICES ? this.#makeRoom() : [];
    await this.flush();
    return dropped;
  }

  /** One receiver has it, or will never get it. */
  settled(id: string, sink: string): void {
    const kept = this.#kept.get(id);
    if (!kept) return;
    const { [sink]: _, ...waiting } = kept.waiting;
    this.#change(id, { ...kept, waiting });
  }

  tried(id: string, sink: string, progress: Progress): void {
    const kept = this.#kept.get(id);
    if (kept && Object.hasOwn(kept.waiting, sink))
      this.#change(id, { ...kept, waiting: { ...kept.waiting, [sink]: progress } });
  }

  /** Receivers that are no more need nothing. */
  retain(sinks: ReadonlySet<string>): void {
    for (const [id, kept] of this.#kept) {
      const waiting = Object.entries(kept.waiting).filter(([name]) => sinks.has(name));
      if (waiting.length < Object.keys(kept.waiting).length) {
        this.#change(id, { ...kept, waiting: Object.fromEntries(waiting) });
      }
    }
  }

  get(id: string): KeptNotice | undefined {
    return this.#kept.get(id);
  }

  /** In the order in which they came up. */
  all(): Iterable<KeptNotice> {
    return this.#kept.values();
  }

  get size(): number {
    return this.#kept.size;
  }

  /** The number of the last notice that is known; a new one must have a higher one. */
  get lastNumber(): number {
    return Math.max(0, ...[...this.#kept.values()].map(({ notice }) => numberOf(notice)));
  }

  /** Why notices are in memory only; undefined while all is well. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** Writes what is not as it should be on disk; never fails. */
  flush(): Promise<void> {
    if (this.#dirty.size === 0 && !this.#writing) return Promise.resolve();
    this.#writing ??= this.#writeAll();
    return this.#writing;
  }

  #change(id: string, kept: KeptNotice): void {
    if (Object.keys(kept.waiting).length > 0) this.#kept.set(id, kept);
    else this.#kept.delete(id);
    this.#dirty.add(id);
    void this.flush();
  }

  /** The oldest go first, and of these first what is not critical. */
  #makeRoom(): readonly Notice[] {
    const oldest = [...this.#kept.values()].map(({ notice }) => notice);
    const ordered = [
      ...oldest.filter(({ level }) => level !== "critical"),
      ...oldest.filter(({ level }) => level === "critical"),
    ];
    const going = ordered.slice(0, this.#kept.size - MOST_NOTICES + MAKE_ROOM);
    for (const { id } of going) {
      this.#kept.delete(id);
      this.#dirty.add(id);
    }
    return going;
  }

  async #writeAll(): Promise<void> {
    const failed = new Set<string>();
    try {
      for (let next = first(this.#dirty); next !== undefined; next = first(this.#dirty)) {
        this.#dirty.delete(next);
        if (!(await this.#write(next))) failed.add(next);
      }
    } finally {
      for (const id of failed) this.#dirty.add(id);
      if (failed.size === 0) this.#trouble = undefined;
      this.#writing = undefined;
    }
  }

  async #write(id: string): Promise<boolean> {
    const kept = this.#kept.get(id);
    try {
      if (!kept) await this.#host.files.remove(pathOf(id));
      else {
        const content = `${JSON.stringify(kept)}\n`;
        await this.#host.files.write(pathOf(id), { content, mode: 0o600, owner: "root", group: "root" });
      }
      return true;
    } catch (error) {
      this.#trouble = `notices cannot be kept in ${OUTBOX}: ${messageOf(error)}`;
      return false;
    }
  }

  async #read(name: string): Promise<KeptNotice | undefined> {
    const entry = await readSmall(this.#host, `${OUTBOX}/${name}`, MAX_BYTES);
    const kept = entry?.kind === "file" ? parseKept(entry.content) : undefined;
    return kept && `${kept.notice.id}.json` === name ? kept : undefined;
  }

  async #discard(name: string): Promise<string> {
    await this.#host.files.remove(`${OUTBOX}/${name}`).catch(() => {});
    return `${OUTBOX}/${name} is no notice and is left out`;
  }
}

function first(names: ReadonlySet<string>): string | undefined {
  for (const name of names) return name;
  return undefined;
}

function pathOf(id: string): string {
  return `${OUTBOX}/${id}.json`;
}
