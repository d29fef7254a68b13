// A web server in a process of its own, forked by the benchmarks of delivery: notes when it got each message.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Texts of messages carry this and their number, in whatever way they are wrapped. */
const MARK = /mark-(\d+)/;

/** First arrival of each message, milliseconds of CLOCK_MONOTONIC, which all processes share. */
const arrivals = new Map<number, number>();

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const at = Number(process.hrtime.bigint()) / 1e6;
    const mark = Number(MARK.exec(Buffer.concat(chunks).toString("latin1"))?.[1]);
    if (!arrivals.has(mark)) arrivals.set(mark, at);
    response.writeHead(204).end();
  });
});
// Nothing here is measured by how long a connection may idle.
server.keepAliveTimeout = 60_000;

server.listen(0, "127.0.0.1", () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});

process.on("message", (question) => {
  if (question === "count") process.send?.({ count: arrivals.size });
  if (question !== "arrivals") return;
  process.send?.({ arrivals: [...arrivals] });
  arrivals.clear();
});

process.on("disconnect", () => process.exit());
