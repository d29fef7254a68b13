import type { Agent } from "node:http";
import type { TlsOptions } from "../core/delivery-ports.ts";
import { secureContext } from "./tls-files.ts";

/** A connection that nobody needed for so long is closed, milliseconds. */
const IDLE = 60_000;

/** The HTTP library and the kept connections for one scheme, host, port and set of certificates. */
export interface Connections {
  readonly request: typeof import("node:http").request;
  readonly agent: Agent;
}

/** Kept connections. Node's HTTP library is loaded when the first request is made. */
export class ConnectionStore {
  readonly #known = new Map<string, Promise<Connections>>();

  /** @throws ModemkeeperError io if a certificate cannot be read */
  async for(url: URL, tls: TlsOptions | undefined): Promise<Connections> {
    const key = keyOf(url, tls);
    let connections = this.#known.get(key);
    if (!connections) {
      connections = url.protocol === "https:" ? encrypted(tls) : plain();
      this.#known.set(key, connections);
      // Not remembered if it failed: the certificate may be there next time.
      connections.catch(() => this.#known.delete(key));
    }
    return connections;
  }

  /** Certificates are read anew for the next request: what was refused may have been replaced. */
  forget(url: URL, tls: TlsOptions | undefined): void {
    this.#known.delete(keyOf(url, tls));
  }

  async close(): Promise<void> {
    const all = [...this.#known.values()];
    this.#known.clear();
    for (const connections of all) (await connections.catch(() => undefined))?.agent.destroy();
  }
}

/** Closes those that nobody uses at present: where one of them was dead the others are, too. */
export function closeIdle({ agent }: Connections): void {
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
}

function keyOf(url: URL, tls: TlsOptions | undefined): string {
  return url.protocol === "https:" ? JSON.stringify([url.origin, tls?.ca, tls?.certificate, tls?.key]) : url.origin;
}

async function plain(): Promise<Connections> {
  const { Agent, request } = await import("node:http");
  return { request, agent: new Agent({ keepAlive: true, timeout: IDLE }) };
}

async function encrypted(tls: TlsOptions | undefined): Promise<Connections> {
  const { Agent, request } = await import("node:https");
  return { request, agent: new Agent({ keepAlive: true, timeout: IDLE, secureContext: await secureContext(tls) }) };
}
