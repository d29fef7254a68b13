import type { DeliveryResult, Envelope, SinkClient } from "../../delivery/types.ts";
import type { Level } from "../../model/finding.ts";
import type { NoticeClient, SignOfLife } from "../client.ts";
import { heartbeatEnvelope, noticeEnvelope } from "../envelope.ts";
import type { Notice } from "../notice.ts";
import { asNotice, spoken } from "../wording.ts";

/** What an existing script calls a level, where the inventory says so. */
export type LevelWords = Readonly<Partial<Record<Level, string>>>;

/** Notices and signs of life for a receiver that takes events as they are: a webhook, a program. */
export class EnvelopedClient implements NoticeClient {
  readonly #client: SinkClient;
  readonly #levelWords: LevelWords;
  readonly #now: () => number;

  /** `now`: milliseconds since 1970. */
  constructor(client: SinkClient, levelWords: LevelWords, now: () => number) {
    this.#client = client;
    this.#levelWords = levelWords;
    this.#now = now;
  }

  get name(): string {
    return this.#client.name;
  }

  get type(): string {
    return this.#client.type;
  }

  tell(notice: Notice, signal: AbortSignal): Promise<DeliveryResult> {
    return this.#client.deliver(this.#withWords(noticeEnvelope(notice), notice), signal);
  }

  beat(sign: SignOfLife, signal: AbortSignal): Promise<DeliveryResult> {
    return this.#client.deliver(this.#withWords(heartbeatEnvelope(sign), asNotice(sign)), signal);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  /** Scripts for notices want sentence and level as arguments. What is over is good news, however grave it was. */
  #withWords(envelope: Envelope, notice: Notice): Envelope {
    const level = notice.phase === "over" ? "info" : notice.level;
    return { ...envelope, words: [spoken(notice, this.#now()), this.#levelWords[level] ?? level] };
  }
}
