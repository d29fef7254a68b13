import type { AgentHost } from "../../core/agent-ports.ts";
import type { DeliveryHost, RawName } from "../../core/delivery-ports.ts";
import { messageOf } from "../../core/errors.ts";
import type { Spool } from "../../core/model/inventory.ts";
import type { OutgoingObservation } from "../model/outgoing.ts";
import { FolderNews } from "./folder-news.ts";
import { type Learned, learn, tellFailures, withoutTold } from "./learn.ts";
import { loadOutgoing, NOTHING_LEARNED, type OutgoingMemory, saveOutgoing } from "./memory.ts";
import { readMessage } from "./read-message.ts";

export type OutgoingHost = Pick<AgentHost, "files" | "clock" | "monotonic" | "machineId"> &
  Pick<DeliveryHost, "watch" | "spoolFiles">;

/** smsd has copied and removed a message within this. */
const SETTLE_MS = 200;
const LOOK_EVERY_MS = 30_000;

/**
 * Learns from smsd's folders what became of messages that were sent. Between two looks it holds what failed, a few hundred
 * hashes, and the names of what came since.
 */
export class Outgoing {
  readonly #host: OutgoingHost;
  readonly #onNews: () => void;
  #memory: OutgoingMemory | undefined;
  #saved: OutgoingMemory | undefined;
  /** What was remembered when it was last observed: news that came since are not lost if the agent ends before it has told them. */
  #observed: OutgoingMemory | undefined;
  #failed: OutgoingObservation["failed"] = [];
  /** What could not be used of what was remembered; until it has been written down. */
  #forgotten: string | undefined;
  #trouble: string | undefined;
  #over: AbortController | undefined;
  #nap = new AbortController();
  #running: Promise<void> = Promise.resolve();

  /** `onNews` is called when something has failed, or a destination works again. */
  constructor(host: OutgoingHost, onNews: () => void) {
    this.#host = host;
    this.#onNews = onNews;
  }

  start(spool: Pick<Spool, "outgoing" | "checked" | "sent" | "failed">): void {
    if (this.#over) return;
    const over = new AbortController();
    this.#over = over;
    this.#running = this.#run(spool, over.signal);
  }

  /** Settles when nothing is looked at any more. */
  async stop(): Promise<void> {
    this.#over?.abort();
    this.#over = undefined;
    this.#nap.abort();
    await this.#running;
  }

  observe(): OutgoingObservation {
    this.#observed = this.#memory;
    const destinations = Object.entries(this.#memory?.destinations ?? {}).map(([destination, entry]) => {
      return { destination, failures: entry.failures, reason: entry.reason, at: Math.round(entry.at / 1000) };
    });
    const trouble = [this.#forgotten, this.#trouble].flatMap((sentence) => sentence ?? []);
    return { failed: this.#failed, destinations, trouble };
  }

  /**
   * What was last observed has been written down: its failures are not told again.
   * @throws ModemkeeperError io if it cannot be remembered
   */
  async acknowledge(seen: OutgoingObservation): Promise<void> {
    this.#failed = withoutTold(this.#failed, seen.failed);
    const memory = this.#observed;
    if (!memory || memory === this.#saved) return;
    await saveOutgoing(this.#host.files, memory);
    this.#saved = memory;
    this.#forgotten = undefined;
  }

  async #run(spool: Parameters<Outgoing["start"]>[0], over: AbortSignal): Promise<void> {
    const memory = await this.#remember();
    const failed = new FolderNews(this.#host, spool.failed, memory.failedUntil);
    const sent = new FolderNews(this.#host, spool.sent, memory.sentUntil);
    const folders = { failed, sent, before: [spool.outgoing, spool.checked], spool };
    while (!over.aborted) {
      this.#nap = new AbortController();
      for (const folder of [failed, sent]) folder.start(() => this.#nap.abort());
      const unfinished = await this.#look(folders);
      if (over.aborted) break;
      await this.#host.clock.sleep(unfinished ? SETTLE_MS : LOOK_EVERY_MS, this.#nap.signal);
      if (this.#nap.signal.aborted) await this.#host.clock.sleep(SETTLE_MS, over);
    }
    failed.stop();
    sent.stop();
  }

  async #remember(): Promise<OutgoingMemory> {
    if (this.#memory) return this.#memory;
    const { memory, problem } = await loadOutgoing(this.#host.files);
    this.#memory = memory;
    this.#saved = memory === NOTHING_LEARNED ? undefined : memory;
    this.#forgotten = problem;
    return memory;
  }

  /** Returns whether smsd is still writing one of the files. */
  async #look(folders: Folders): Promise<boolean> {
    try {
      const failed = await this.#read(folders, "failed", 0);
      // Sent messages matter to destinations that failed before.
      const failing = Object.values(this.#memory?.destinations ?? {}).map(({ at }) => at);
      const since = Math.min(...failing, ...failed.learned.map(({ at }) => at));
      const sent = Number.isFinite(since) ? await this.#read(folders, "sent", since) : NOTHING;
      if (!Number.isFinite(since)) folders.sent.skip();
      this.#learned([...failed.learned, ...sent.learned], folders);
      this.#troubled(undefined);
      return failed.unfinished || sent.unfinished;
    } catch (error) {
      this.#troubled(messageOf(error));
      return false;
    }
  }

  #troubled(sentence: string | undefined): void {
    if (sentence === this.#trouble) return;
    this.#trouble = sentence;
    this.#onNews();
  }

  async #read(folders: Folders, outcome: Learned["outcome"], since: number): Promise<Batch> {
    const { clock, monotonic, spoolFiles, machineId } = this.#host;
    const now = clock.now().getTime();
    const learned: Learned[] = [];
    let unfinished = false;
    for (const name of await folders[outcome].take(since, now * 1000, monotonic.now())) {
      const message = isUnderWay(spoolFiles, folders, name)
        ? "unfinished"
        : readMessage(spoolFiles, { folder: folders.spool[outcome], name }, outcome, { machineId, now });
      if (message === "unfinished") {
        folders[outcome].again(name);
        unfinished = true;
      } else if (message) learned.push(message);
    }
    return { learned, unfinished };
  }

  #learned(messages: readonly Learned[], { failed, sent }: Folders): void {
    const before = this.#memory ?? NOTHING_LEARNED;
    const after = learn(before, messages, this.#host.clock.now().getTime() * 1000);
    const news = messages.some(({ outcome }) => outcome === "failed") || after !== before;
    if (!news && before.failedUntil === failed.until) return;
    this.#memory = {
      ...after,
      ...(failed.until === undefined ? {} : { failedUntil: failed.until }),
      ...(sent.until === undefined ? {} : { sentUntil: sent.until }),
    };
    this.#failed = tellFailures(this.#failed, messages);
    this.#onNews();
  }
}

interface Folders {
  readonly failed: FolderNews;
  readonly sent: FolderNews;
  /** Folders that a message leaves when it is whole in the next. */
  readonly before: readonly string[];
  readonly spool: Pick<Spool, "sent" | "failed">;
}

interface Batch {
  readonly learned: readonly Learned[];
  readonly unfinished: boolean;
}

const NOTHING: Batch = { learned: [], unfinished: false };

function isUnderWay(files: OutgoingHost["spoolFiles"], { before }: Folders, name: RawName): boolean {
  return before.some((folder) => files.look({ folder, name }) !== undefined);
}
