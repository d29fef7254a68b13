import type { DeliveryResult, SinkClient } from "../../delivery/types.ts";
import type { NoticeClient, SignOfLife } from "../client.ts";
import { heartbeatEnvelope, noticeEnvelope } from "../envelope.ts";
import type { Notice } from "../notice.ts";

/** Notices and signs of life for a receiver that takes events as they are: a webhook. */
export class EnvelopedClient implements NoticeClient {
  readonly #client: SinkClient;

  constructor(client: SinkClient) {
    this.#client = client;
  }

  get name(): string {
    return this.#client.name;
  }

  get type(): string {
    return this.#client.type;
  }

  tell(notice: Notice, signal: AbortSignal): Promise<DeliveryResult> {
    return this.#client.deliver(noticeEnvelope(notice), signal);
  }

  beat(sign: SignOfLife, signal: AbortSignal): Promise<DeliveryResult> {
    return this.#client.deliver(heartbeatEnvelope(sign), signal);
  }

  close(): Promise<void> {
    return this.#client.close();
  }
}
