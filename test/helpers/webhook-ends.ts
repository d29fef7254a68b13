import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { sinkClient } from "../../agent/delivery/sink-client.ts";
import type { DeliveryResult, Envelope, SinkClient } from "../../agent/delivery/types.ts";
import type { Sink } from "../../core/model/inventory.ts";
import { realDeliveryHost } from "../../host/delivery-host.ts";
import { RealSecrets } from "../../host/secrets.ts";

/* A webhook's two ends for tests: the real client, and a receiver that does as the test says. */

export const NEVER: AbortSignal = new AbortController().signal;

const host = realDeliveryHost();

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export interface Receiver {
  readonly port: number;
  readonly server: Server;
}

/** A server on loopback, gone with the test. `tls`: options of `tls.createServer`; plain HTTP without. */
export async function receiver(handle: Handler, tls?: object): Promise<Receiver> {
  const listener = async (request: IncomingMessage, response: ServerResponse) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    handle(request, response, body);
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, server };
}

/** The real client, with the real ports. */
export async function webhook(options: Sink["options"], secrets: Sink["secrets"] = {}): Promise<SinkClient> {
  const sink: Sink = { name: "hook", type: "webhook", options: { timeout: 20, parallel: 8, ...options }, secrets };
  const ports = { ...host, secrets: new RealSecrets("/"), clock: { now: () => new Date() } };
  const client = await sinkClient(sink, { ...ports, hostName: "gateway", version: "1.2.3" });
  onTestFinished(() => client.close());
  return client;
}

/** One delivery by a client of its own. */
export async function deliver(options: Sink["options"], secrets?: Sink["secrets"]): Promise<DeliveryResult> {
  return (await webhook(options, secrets)).deliver(envelope(1), NEVER);
}

/** A message with everything that text may hold. */
export function envelope(number: number): Envelope {
  const id = String(number).padStart(32, "0");
  return {
    id,
    type: "modemkeeper.sms.received",
    source: "/modemkeeper/gateway/SIM7600",
    time: "2026-01-10T21:59:00.000Z",
    data: { id, from: "+491701234567", text: "Grüße 🎉 \u0000 <b>&" },
  };
}
