import type { Broker, BrokerOptions } from "../../core/delivery-ports.ts";
import { messageOf } from "../../core/errors.ts";
import type { Sink } from "../../core/model/inventory.ts";
import { cloudEvent } from "./cloud-event.ts";
import { shortDetail } from "./http-answer.ts";
import { flagOption, numberOption, parallelOf, requiredText, textOption, timeoutOf, tlsOption } from "./options.ts";
import type { DeliveryPorts } from "./ports.ts";
import type { DeliveryResult, Envelope, SinkClient } from "./types.ts";

type MqttPorts = Pick<DeliveryPorts, "brokers" | "secrets" | "hostName">;

/** Publishes each event to one topic; delivered means that the broker has acknowledged it. */
export class MqttClient implements SinkClient {
  readonly type = "mqtt";
  readonly name: string;
  readonly parallel: number;
  readonly #sink: Sink;
  readonly #ports: MqttPorts;
  readonly #timeout: number;
  readonly #message: { readonly topic: string; readonly qos: 0 | 1 | 2; readonly retain: boolean };
  #broker: Promise<Broker> | undefined;

  constructor(sink: Sink, ports: MqttPorts) {
    this.name = sink.name;
    this.parallel = parallelOf(sink);
    this.#sink = sink;
    this.#ports = ports;
    this.#timeout = timeoutOf(sink);
    this.#message = { topic: requiredText(sink, "topic"), qos: qosOf(sink), retain: flagOption(sink, "retain") };
  }

  async deliver(envelope: Envelope, signal: AbortSignal): Promise<DeliveryResult> {
    this.#broker ??= this.#connect();
    const broker = this.#broker;
    try {
      const message = { ...this.#message, payload: cloudEvent(envelope), timeout: this.#timeout };
      await (await broker).publish(message, signal);
      return { outcome: "delivered", detail: "the broker has acknowledged it" };
    } catch (error) {
      // The next attempt connects anew, with a password that is read anew: it may have been replaced.
      await this.#forget(broker);
      return { outcome: "retry", detail: shortDetail(messageOf(error)) };
    }
  }

  async close(): Promise<void> {
    if (this.#broker) await this.#forget(this.#broker);
  }

  async #connect(): Promise<Broker> {
    const { password } = this.#sink.secrets;
    const username = textOption(this.#sink, "username");
    const tls = tlsOption(this.#sink);
    const options: BrokerOptions = {
      url: requiredText(this.#sink, "url"),
      clientId: textOption(this.#sink, "client_id") ?? defaultClientId(this.#ports.hostName, this.name),
      timeout: this.#timeout,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password: await this.#ports.secrets.read(password) }),
      ...(tls === undefined ? {} : { tls }),
    };
    return this.#ports.brokers.connect(options);
  }

  async #forget(broker: Promise<Broker>): Promise<void> {
    if (this.#broker === broker) this.#broker = undefined;
    await broker.then((open) => open.close()).catch(() => {});
  }
}

/**
 * The receiver's name is part of it: a broker cuts off whoever has the id that another brings (MQTT 3.1.1, 3.1.4-2), so two
 * receivers at one broker would do nothing but chase each other away.
 */
function defaultClientId(hostName: string, name: string): string {
  return `modemkeeper-${hostName}-${name}`.replace(/[^A-Za-z0-9._-]/g, "-");
}

function qosOf(sink: Sink): 0 | 1 | 2 {
  const qos = numberOption(sink, "qos", 1);
  return qos === 0 || qos === 2 ? qos : 1;
}
