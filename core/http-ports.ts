/*
 * Serving HTTP, as the agent's API asks for it. `host/` implements it on node:http; tests call the handler directly.
 */

export interface HttpRequest {
  readonly method: string;
  /** As sent: path and query, still encoded. */
  readonly target: string;
  /** Lower-case names; of a header that is given twice both values, joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** Who asks: a process that may open our socket, or an address without its port. */
  readonly peer: "socket" | { readonly address: string };
  /**
   * The whole body as UTF-8; read when asked for, so that who may not ask costs nothing.
   * @throws ModemkeeperError usage if it is longer than `limit` octets, or is no UTF-8
   */
  body(limit: number): Promise<string>;
  /** Aborted when the client has gone or the server stops. */
  readonly gone: AbortSignal;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream is written as it comes, and waits for a slow reader. */
  readonly body: string | Buffer | AsyncIterable<string>;
}

/** Answers one request. Whatever it throws is answered 500 without detail. */
export type HttpHandler = (request: HttpRequest) => Promise<HttpReply>;

export type HttpPlace =
  | {
      readonly host: string;
      readonly port: number;
      /** Paths of PEM files. */
      readonly tls?: { readonly certificate: string; readonly key: string };
    }
  /** A unix socket; its mode says who may connect. What stands there from an earlier run is replaced. */
  | { readonly socket: string; readonly mode: number };

export interface HttpLimits {
  /** Connections at once; further ones are closed. */
  readonly connections: number;
  /** Milliseconds from a connection's first octet to the end of the headers. */
  readonly headers: number;
  /** Milliseconds to the end of the request's body. */
  readonly request: number;
}

export interface HttpListening {
  /** Where it really listens: port 0 chooses one. */
  readonly address: string;
  /** Settles when nothing is open any more: streams are cut off. */
  close(): Promise<void>;
}

export interface HttpServers {
  /** @throws ModemkeeperError io if the place is taken or not ours, or the certificate cannot be read */
  listen(place: HttpPlace, handler: HttpHandler, limits: HttpLimits): Promise<HttpListening>;
}
