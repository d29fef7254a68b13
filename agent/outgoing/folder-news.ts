import type { DeliveryHost, RawName } from "../../core/delivery-ports.ts";
import { isMessageName } from "../../core/sms/message-name.ts";

type FolderHost = Pick<DeliveryHost, "watch" | "spoolFiles">;

/** Beyond this the folder is listed instead. */
const MOST_NAMES = 1_000;
/** However lost an event, a new file is seen within this; the more files, the more rarely they are listed. Milliseconds. */
const LIST_EVERY = 30_000;
const LIST_EVERY_FOR_EACH = 10;
/** A file that is this young is new, whatever the remembered time says: the wall clock may have been set back. */
const YOUNG_US = 60_000_000;

/** Which files of one folder are new. Events name them; now and then the folder is listed for those whose event was lost. */
export class FolderNews {
  readonly #host: FolderHost;
  readonly #folder: string;
  readonly #names = new Set<RawName>();
  /** Times of files that were given out, by name, microseconds: those since `#until` are not given out again. */
  readonly #given = new Map<RawName, number>();
  #until: number | undefined;
  #listAt = Number.NEGATIVE_INFINITY;
  #unwatch: (() => void) | undefined;

  /** `until`: microseconds since 1970; undefined: what is there at the first look is nothing new. */
  constructor(host: FolderHost, folder: string, until: number | undefined) {
    this.#host = host;
    this.#folder = folder;
    this.#until = until;
  }

  start(onEvent: () => void): void {
    this.#unwatch ??= this.#host.watch.watch(this.#folder, (name) => {
      if (name === undefined) this.#listAt = Number.NEGATIVE_INFINITY;
      else if (isMessageName(name)) this.#add(name);
      else return;
      onEvent();
    });
  }

  stop(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
  }

  /** What is older is known: to be kept for a later start. */
  get until(): number | undefined {
    if (this.#until === undefined) return undefined;
    let newest = this.#until;
    for (const at of this.#given.values()) newest = Math.max(newest, at);
    return newest;
  }

  /** Forgets what events have told: nobody wants to know now. */
  skip(): void {
    this.#names.clear();
  }

  /** To be looked at again: it was not finished. */
  again(name: RawName): void {
    this.#given.delete(name);
    this.#add(name);
  }

  /**
   * New files since the last call, none older than `since`. `since` and `now` are microseconds since 1970, `monotonic` is in
   * milliseconds.
   * @throws ModemkeeperError io if the folder cannot be read
   */
  async take(since: number, now: number, monotonic: number): Promise<readonly RawName[]> {
    const named = [...this.#names].filter((name) => this.#isNew(name, now));
    this.#names.clear();
    for (const name of named) this.#give(name);
    if (monotonic < this.#listAt) return named;
    const listed = await this.#list(since, now);
    this.#listAt = monotonic + LIST_EVERY + LIST_EVERY_FOR_EACH * listed.count;
    return [...named, ...listed.found];
  }

  async #list(since: number, now: number): Promise<{ readonly found: readonly RawName[]; readonly count: number }> {
    const found: RawName[] = [];
    const until = this.#until;
    let newest = until ?? 0;
    let count = 0;
    for await (const group of this.#host.spoolFiles.names(this.#folder)) {
      count += group.length;
      for (const name of group.filter(isMessageName)) {
        const at = this.#timeOf(name);
        if (at === undefined) continue;
        newest = Math.max(newest, at);
        if (until !== undefined && at > until && at >= since && this.#given.get(name) !== at) found.push(name);
      }
    }
    this.#until = newest;
    for (const [name, at] of this.#given) if (!isYoung(at, now)) this.#given.delete(name);
    for (const name of found) this.#give(name);
    return { found, count };
  }

  #isNew(name: RawName, now: number): boolean {
    const at = this.#timeOf(name);
    if (at === undefined || this.#given.get(name) === at) return false;
    return at > (this.#until ?? Number.POSITIVE_INFINITY) || isYoung(at, now);
  }

  #give(name: RawName): void {
    const at = this.#timeOf(name);
    if (at !== undefined) this.#given.set(name, at);
  }

  #timeOf(name: RawName): number | undefined {
    const look = this.#host.spoolFiles.look({ folder: this.#folder, name });
    return look?.kind === "file" ? Number(look.modifiedAt / 1_000n) : undefined;
  }

  #add(name: RawName): void {
    if (this.#names.size < MOST_NAMES) this.#names.add(name);
    else this.#listAt = Number.NEGATIVE_INFINITY;
  }
}

function isYoung(at: number, now: number): boolean {
  return Math.abs(now - at) < YOUNG_US;
}
