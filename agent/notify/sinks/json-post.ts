import type { WebRequest } from "../../../core/delivery-ports.ts";
import { messageOf } from "../../../core/errors.ts";
import type { Sink } from "../../../core/model/inventory.ts";
import { exchange, shortDetail } from "../../delivery/http-answer.ts";
import { textMapOption, timeoutOf, tlsOption } from "../../delivery/options.ts";
import type { DeliveryPorts } from "../../delivery/ports.ts";
import type { DeliveryResult } from "../../delivery/types.ts";
import { CredentialStore } from "../../delivery/web-credentials.ts";

/** What a receiver says whose token is another one by now: read anew, it is tried once more. */
const TOKEN_REFUSED: readonly (number | undefined)[] = [401, 403];

/** POSTs JSON to one URL, with the sink's headers, token and TLS. */
export class JsonPost {
  readonly #ports: DeliveryPorts;
  readonly #credentials: CredentialStore;
  readonly #request: Omit<WebRequest, "body" | "headers">;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(sink: Sink, url: string, ports: DeliveryPorts) {
    this.#ports = ports;
    this.#credentials = new CredentialStore(sink, ports.secrets);
    const tls = tlsOption(sink);
    this.#request = { method: "POST", url, timeout: timeoutOf(sink), ...(tls ? { tls } : {}) };
    const own = Object.entries(textMapOption(sink, "headers")).map(([name, value]) => [name.toLowerCase(), value]);
    this.#headers = {
      "user-agent": `modemkeeper/${ports.version}`,
      ...Object.fromEntries(own),
      "content-type": "application/json",
    };
  }

  /** One attempt; never rejects. */
  async send(value: unknown, signal: AbortSignal): Promise<DeliveryResult> {
    const body = JSON.stringify(value);
    try {
      const first = await this.#attempt(body, signal);
      if (!TOKEN_REFUSED.includes(first.status) || !(await this.#credentials.renewed())) return first.result;
      return (await this.#attempt(body, signal)).result;
    } catch (error) {
      // A token that cannot be read is not the notice's fault.
      return { outcome: "retry", detail: shortDetail(messageOf(error)) };
    }
  }

  async #attempt(body: string, signal: AbortSignal) {
    const { token } = await this.#credentials.current();
    const headers = { ...this.#headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
    return exchange(this.#ports.web, { ...this.#request, headers, body }, signal, () =>
      this.#ports.clock.now().getTime(),
    );
  }
}
