import type { HttpAnswer, HttpServers } from "../core/http-ports.ts";

/** Longer than any status. */
const MOST_OCTETS = 8 * 1024 * 1024;

/** Asks over a unix socket. Whatever goes wrong, there is no answer. */
export const ask: HttpServers["ask"] = async (socket, target, limit) => {
  const { get } = await import("node:http");
  return new Promise<HttpAnswer | undefined>((resolve) => {
    const request = get({ socketPath: socket, path: target, agent: false, headers: { host: "localhost" } });
    const end = (answer?: HttpAnswer) => {
      clearTimeout(timer);
      request.destroy();
      resolve(answer);
    };
    const timer = setTimeout(end, limit);
    request.on("error", () => end());
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > MOST_OCTETS) end();
        else chunks.push(chunk);
      });
      response.on("error", () => end());
      response.on("end", () => end({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }));
    });
  });
};
