import { once } from "node:events";
import { request as plainRequest, type RequestOptions } from "node:http";
import { request as tlsRequest } from "node:https";
import { connect } from "node:net";

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
  /** Path of the server's unix socket, in place of its address. */
  readonly socket?: string;
  /** PEM of the authority that is trusted: https. */
  readonly ca?: string | Buffer;
}

export interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** Of JSON. */
  readonly value: unknown;
}

/** One request on a connection of its own, with nothing that the test did not ask for. */
export function send(address: string, path: string, sent: Sent = {}): Promise<Got> {
  const { method = "GET", headers = {}, body, socket, ca } = sent;
  const { hostname, port } = new URL(`http://${address || "localhost:1"}`);
  const where: RequestOptions =
    socket === undefined ? { host: hostname.replace(/^\[|\]$/g, ""), port } : { socketPath: socket };
  // Node's client leaves it out of a GET, and the server takes the body for the next request.
  const known = body === undefined || headers["transfer-encoding"] !== undefined;
  const length = known ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const options: RequestOptions = { ...where, path, method, headers: { ...length, ...headers }, agent: false };
  return new Promise((resolve, reject) => {
    const request = ca === undefined ? plainRequest(options) : tlsRequest({ ...options, ca, servername: "localhost" });
    request.on("error", reject);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        const json = /json/.test(response.headers["content-type"] ?? "") && text !== "";
        const value: unknown = json ? JSON.parse(text) : undefined;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, value });
      });
    });
    request.end(body);
  });
}

/** Writes octets to a server and gives back all that comes until it closes the connection. */
export async function raw(address: string, ...pieces: readonly (string | Buffer)[]): Promise<string> {
  const { hostname, port } = new URL(`http://${address}`);
  const socket = connect({ host: hostname, port: Number(port) });
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  // A server that has had enough may close while we still write.
  socket.on("error", () => {});
  await once(socket, "connect");
  for (const piece of pieces) socket.write(piece);
  await once(socket, "close");
  return Buffer.concat(chunks).toString("latin1");
}
