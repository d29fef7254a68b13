import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { Scraper } from "../../../bench/scraper.ts";

async function serve(answer: (response: ServerResponse, count: number) => void): Promise<string> {
  let count = 0;
  const server = createServer((_request, response) => answer(response, ++count));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test("a server that stands still is asked on, and every question counts from when it was due", async () => {
  const held: ServerResponse[] = [];
  let tenAsked = () => {};
  const asked = new Promise<void>((resolve) => {
    tenAsked = resolve;
  });
  const url = await serve((response) => {
    // From the tenth on all are answered: those before have waited until then.
    held.push(response);
    if (held.length < 10) return;
    for (const one of held) one.end("ok");
    tenAsked();
  });
  const scraper = new Scraper(url, 5);
  scraper.start();
  await asked;
  const latencies = await scraper.stop();
  expect(latencies.length).toBeGreaterThanOrEqual(10);
  // The first waited while nine more became due.
  expect(latencies[0]).toBeGreaterThanOrEqual(9 * 5);
});

test("an answer other than 200 fails the measurement", async () => {
  const url = await serve((response, count) => {
    response.statusCode = count === 2 ? 429 : 200;
    response.end();
  });
  const scraper = new Scraper(url, 1);
  scraper.start();
  await expect.poll(() => scraper.asked).toBeGreaterThanOrEqual(3);
  await expect(scraper.stop()).rejects.toThrow("answered 429");
});
