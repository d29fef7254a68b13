import { expect, test } from "vitest";
import type { Envelope } from "../../../../../agent/delivery/types.ts";
import { EnvelopedClient } from "../../../../../agent/notify/sinks/enveloped.ts";
import { NOW, sampleNotice } from "./sample-notice.ts";

const NEVER = new AbortController().signal;

function told(words: Readonly<Record<string, string>> = {}, now = NOW) {
  const envelopes: Envelope[] = [];
  const client = new EnvelopedClient(
    {
      name: "ops",
      type: "webhook",
      parallel: 1,
      deliver: async (envelope) => {
        envelopes.push(envelope);
        return { outcome: "delivered", detail: "" };
      },
      close: async () => {},
    },
    words,
    () => now,
  );
  return { client, envelopes };
}

test("a notice is an event with its own id and time", async () => {
  const { client, envelopes } = told({}, NOW + 3_600_000);
  await client.tell(sampleNotice(), NEVER);
  expect(envelopes).toMatchObject([
    {
      id: "kc1-7",
      type: "modemkeeper.notice",
      source: "/modemkeeper/gw1/SIM7600",
      time: "2030-01-17T19:44:00.000Z",
      subject: "not-registered",
      data: sampleNotice(),
    },
  ]);
});

test.each([
  [{}, {}, "critical"],
  [{ level: "warning" }, {}, "warning"],
  [{}, { critical: "error" }, "error"],
  [{ phase: "over" }, { critical: "error", info: "ok" }, "ok"],
] as const)("a script gets sentence and level as its last arguments: %j with %j", async (change, words, word) => {
  const { client, envelopes } = told(words);
  await client.tell(sampleNotice(change), NEVER);
  expect(envelopes[0]?.words).toEqual([sampleNotice().sentence, word]);
});

test("a script that is told late is told of when it is", async () => {
  const { client, envelopes } = told({}, NOW + 7_200_000);
  await client.tell(sampleNotice(), NEVER);
  expect(envelopes[0]?.words?.[0]).toBe(`${sampleNotice().sentence} (at 2030-01-17 19:44 UTC)`);
});

test("a sign of life is an event of its own kind", async () => {
  const { client, envelopes } = told();
  const verdict = { level: "critical", sentence: "smsd does not run." };
  const at = new Date(NOW).toISOString();
  await client.beat({ host: "gw 1", at, version: "1", uptime: 5, verdict, counts: {}, next: 60 }, NEVER);
  expect(envelopes[0]).toMatchObject({
    id: `heartbeat-${NOW.toString(36)}`,
    type: "modemkeeper.heartbeat",
    source: "/modemkeeper/gw%201",
    words: ["The agent lives; critical: smsd does not run.", "info"],
  });
});
