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
  /** The whole body; read when asked for, so that who may not ask costs nothing. At most `limit` octets. */
  body(limit: number): Promise<HttpBody>;
  /** Aborted when the client has gone or the server stops. */
  readonly gone: AbortSignal;
}

/** `cut-off`: the client went away, or was too slow. */
export type HttpBody = { readonly text: string } | { readonly refused: "too-long" | "not-utf8" | "cut-off" };

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
  /** What keeps it from serving as it should, one sentence: a new certificate that cannot be used. */
  problem(): string | undefined;
  /** Settles when nothing is open any more: streams are cut off. */
  close(): Promise<void>;
}

/** What a server of this machine answered. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

export interface HttpServers {
  /** @throws ModemkeeperError io if the place is taken or not ours, or the certificate cannot be read */
  listen(place: HttpPlace, handler: HttpHandler, limits: HttpLimits): Promise<HttpListening>;
  /** GETs `target` from the server on a unix socket; undefined if it has not answered within `limit` milliseconds, or nobody may or can ask. */
  ask(socket: string, target: string, limit: number): Promise<HttpAnswer | undefined>;
}
