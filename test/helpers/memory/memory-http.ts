import { ModemkeeperError } from "../../../core/errors.ts";
import type {
  HttpAnswer,
  HttpHandler,
  HttpPlace,
  HttpReply,
  HttpRequest,
  HttpServers,
} from "../../../core/http-ports.ts";

/** What of a request is not as usual. */
export type Asked = Partial<Omit<HttpRequest, "body">> & { readonly content?: string };

/** Servers in memory: what listens where, to be asked by tests. */
export class MemoryHttp {
  /** By `host:port` or path of the socket. */
  readonly listening = new Map<string, HttpHandler>();
  /** The places that were asked for, oldest first. */
  readonly places: HttpPlace[] = [];
  /** Places that another program has. */
  readonly taken = new Set<string>();
  /** What an agent that runs on this machine answers on its socket. */
  onAsk: (socket: string, target: string) => HttpAnswer | undefined = () => undefined;

  host(): HttpServers {
    return {
      listen: async (place, handler) => {
        const address = "socket" in place ? place.socket : `${place.host}:${place.port}`;
        if (this.taken.has(address))
          throw new ModemkeeperError("io", `cannot listen on ${address}: another program does`);
        this.places.push(place);
        this.listening.set(address, handler);
        return {
          address,
          problem: () => undefined,
          close: async () => {
            if (this.listening.get(address) === handler) this.listening.delete(address);
          },
        };
      },
      ask: async (socket, target) => this.onAsk(socket, target),
    };
  }

  /** Sends a request to what listens at `address`. */
  async send(address: string, target: string, asked: Asked = {}): Promise<HttpReply> {
    const handler = this.listening.get(address);
    if (!handler) throw new Error(`nothing listens at ${address}`);
    return handler(
      memoryRequest(target, { peer: address.startsWith("/") ? "socket" : { address: "127.0.0.1" }, ...asked }),
    );
  }
}

/** A request as a server hands it to its handler. */
export function memoryRequest(target: string, { content = "", headers = {}, ...asked }: Asked = {}): HttpRequest {
  return {
    method: "GET",
    target,
    headers: {
      host: "127.0.0.1:8070",
      ...(content === "" ? {} : { "content-type": "application/json", "content-length": String(content.length) }),
      ...headers,
    },
    peer: { address: "127.0.0.1" },
    gone: new AbortController().signal,
    ...asked,
    body: async (limit) => (content.length > limit ? { refused: "too-long" } : { text: content }),
  };
}
