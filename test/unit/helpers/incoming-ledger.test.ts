import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Acceptance } from "../../helpers/incoming/chaos-receiver.ts";
import { deliveryProblems, processedProblems } from "../../helpers/incoming/ledger.ts";
import { smsdFile } from "../../helpers/incoming/smsd-file.ts";
import { planTraffic } from "../../helpers/incoming/traffic.ts";
import { Draws } from "../../simulation/random.ts";

/* The judge of the proof that no message is lost must be able to say no. */

const planned = planTraffic(80, 40, ["GSM1"], new Draws(1));
const accepted: readonly Acceptance[] = planned.map(({ from, text }, at) => {
  return { webhookId: `id-${at}`, key: `id-${at}`, bodyHash: `hash-${at}`, from, text, at };
});

/** The first message again, with something else about it. */
function again(change: Partial<Acceptance>): readonly Acceptance[] {
  return [...accepted, ...accepted.slice(0, 1).map((first) => ({ ...first, ...change }))];
}

describe("what the receiver has taken", () => {
  it("is right when all is there in order, also twice", () => {
    expect(deliveryProblems(planned, [...accepted, ...accepted])).toEqual([]);
  });

  it.each([
    ["one is missing", accepted.slice(0, -1), /^lost: /],
    ["one was changed", again({ text: "another" }), /^taken, but never sent: /],
    ["one came under two keys", again({ key: "other" }), /^two keys: /],
    ["one came under two ids", again({ webhookId: "other" }), /^two ids: /],
    ["one came with two bodies", again({ bodyHash: "other" }), /^two bodies of /],
    ["the second round overtook the first", [...accepted.slice(40), ...accepted.slice(0, 40)], /came after/],
    ["all have one key", accepted.map((one) => ({ ...one, key: "same" })), /^80 messages have only 1 keys$/],
  ])("%s", (_what, taken, expected) => {
    expect(deliveryProblems(planned, taken)[0]).toMatch(expected);
  });
});

it("the folder of what is done holds each message once", () => {
  const folder = mkdtempSync(join(tmpdir(), "ledger-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [first, ...rest] = planned.slice(0, 3);
  const put = (name: string, pdus: readonly string[]) => {
    writeFileSync(join(folder, name), `From: x\n${pdus.map((pdu) => `PDU: ${pdu}\n`).join("")}\ntext`);
  };
  for (const { pdus, sequence, from } of rest) put(`${sequence}-${from.length}-${pdus[0]?.length}`, pdus);
  expect(processedProblems(planned.slice(0, 3), folder)[0]).toMatch(/^not there: /);
  put("first", first?.pdus ?? []);
  expect(processedProblems(planned.slice(0, 3), folder)).toEqual([]);
  put("again", first?.pdus ?? []);
  writeFileSync(join(folder, "strange"), smsdFile({ from: "+1", text: "strange" }));
  expect(processedProblems(planned.slice(0, 3), folder)).toHaveLength(2);
});
