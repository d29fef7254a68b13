import { ModemkeeperError } from "../../core/errors.ts";
import type { Sink } from "../../core/model/inventory.ts";
import type { DeliveryPorts } from "./ports.ts";
import type { SinkClient } from "./types.ts";

/** Types of receivers that get whole events: messages, and notices where the inventory says so. */
export const EVENT_SINKS = ["webhook", "exec", "mqtt", "file"] as const;
export type EventSinkType = (typeof EVENT_SINKS)[number];

/** Loaded only where such a receiver exists. */
const CLIENTS: Readonly<Record<EventSinkType, (sink: Sink, ports: DeliveryPorts) => Promise<SinkClient>>> = {
  webhook: async (sink, ports) => new (await import("./webhook-client.ts")).WebhookClient(sink, ports),
  exec: async (sink, ports) => new (await import("./exec-client.ts")).ExecClient(sink, ports),
  mqtt: async (sink, ports) => new (await import("./mqtt-client.ts")).MqttClient(sink, ports),
  file: async (sink, ports) => new (await import("./file-client.ts")).FileClient(sink, ports),
};

/**
 * The client of a receiver. Connects to nothing yet: a receiver that is down, or a secret that is missing, fails attempts.
 * @throws ModemkeeperError inventory-invalid for a type that it does not know, or an option that is missing
 */
export async function sinkClient(sink: Sink, ports: DeliveryPorts): Promise<SinkClient> {
  const type = EVENT_SINKS.find((known) => known === sink.type);
  if (type === undefined) {
    throw new ModemkeeperError("inventory-invalid", `the receiver ${sink.name} is of the unknown type ${sink.type}`, {
      fix: `Use one of: ${EVENT_SINKS.join(", ")}.`,
    });
  }
  return CLIENTS[type](sink, ports);
}
