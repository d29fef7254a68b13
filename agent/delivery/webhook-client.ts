import type { WebRequest } from "../../core/delivery-ports.ts";
import { messageOf } from "../../core/errors.ts";
import type { Sink } from "../../core/model/inventory.ts";
import { CLOUD_EVENT_TYPE, cloudEvent } from "./cloud-event.ts";
import { exchange, shortDetail } from "./http-answer.ts";
import { parallelOf, requiredText, textMapOption, timeoutOf, tlsOption } from "./options.ts";
import type { DeliveryPorts } from "./ports.ts";
import { signature } from "./signature.ts";
import type { DeliveryResult, Envelope, SinkClient } from "./types.ts";
import { CredentialStore, type WebCredentials } from "./web-credentials.ts";

/** Unauthorised, forbidden: what a receiver says whose token or key is another by now. */
const CREDENTIALS_REFUSED: readonly (number | undefined)[] = [401, 403];

/** POSTs CloudEvents, signed as Standard Webhooks, where there is a key. */
export class WebhookClient implements SinkClient {
  readonly type = "webhook";
  readonly name: string;
  readonly parallel: number;
  readonly #ports: DeliveryPorts;
  readonly #credentials: CredentialStore;
  readonly #request: Omit<WebRequest, "body" | "headers">;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(sink: Sink, ports: DeliveryPorts) {
    this.name = sink.name;
    this.parallel = parallelOf(sink);
    this.#ports = ports;
    this.#credentials = new CredentialStore(sink, ports.secrets);
    const tls = tlsOption(sink);
    const url = requiredText(sink, "url");
    this.#request = { method: "POST", url, timeout: timeoutOf(sink), ...(tls ? { tls } : {}) };
    this.#headers = lowerCased({
      "user-agent": `modemkeeper/${ports.version}`,
      ...lowerCased(textMapOption(sink, "headers")),
      "content-type": CLOUD_EVENT_TYPE,
    });
  }

  async deliver(envelope: Envelope, signal: AbortSignal): Promise<DeliveryResult> {
    const body = cloudEvent(envelope);
    const startedAt = this.#now();
    try {
      const first = await this.#attempt(envelope.id, body, this.#request.timeout, signal);
      if (!CREDENTIALS_REFUSED.includes(first.status) || !(await this.#credentials.renewed())) return first.result;
      const left = this.#request.timeout - (this.#now() - startedAt);
      return left > 0 ? (await this.#attempt(envelope.id, body, left, signal)).result : first.result;
    } catch (error) {
      // Not the message's fault, so it is kept; the secret is looked for again at the next attempt.
      return { outcome: "retry", detail: shortDetail(messageOf(error)) };
    }
  }

  async close(): Promise<void> {}

  async #attempt(id: string, body: string, timeout: number, signal: AbortSignal) {
    const credentials = await this.#credentials.current();
    const headers = { ...this.#headers, ...this.#identity(id, body, credentials) };
    return exchange(this.#ports.web, { ...this.#request, headers, body, timeout }, signal, () => this.#now());
  }

  #identity(id: string, body: string, { keys, token }: WebCredentials): Readonly<Record<string, string>> {
    const timestamp = Math.floor(this.#now() / 1_000);
    return {
      "idempotency-key": id,
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      ...(keys.length === 0 ? {} : { "webhook-signature": signature(keys, id, timestamp, body) }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
  }

  #now(): number {
    return this.#ports.clock.now().getTime();
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
