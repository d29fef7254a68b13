import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Agent,
  DEAD,
  type Fate,
  INCOMING,
  inventoryWith,
  PostOffice,
  PROCESSED,
  STATES,
  sink,
} from "../helpers/memory/post-office.ts";

/*
 * The agent is killed at each call of its ports in turn, before or after the receiver has taken what it was given, and the
 * power is cut. Whatever happens: every message reaches every sink, with one id, in order per sender; nothing is left over.
 */

const SENDERS = ["+491701111111", "+491702222222", "INFO"];
const INVENTORY = inventoryWith([sink("a"), sink("b")]);

/** Nine messages of three senders, one of them twice, one that `b` refuses, one file that is none; `b` stumbles at first. */
function trafficked(): PostOffice {
  const office = new PostOffice();
  for (let count = 0; count < 9; count += 1) {
    office.sms(
      `GSM1.aaaaa${count}`,
      SENDERS[count % 3] ?? "",
      `message ${count}`,
      office.wall - 100_000 + count * 1000,
    );
  }
  office.sms("GSM1.twicee", SENDERS[0] ?? "", "message 0", office.wall - 50_000);
  office.spool.put(INCOMING, "GSM1.broken", "From: 49", BigInt(office.wall - 60_000) * 1_000_000n);
  office.answers.set("b", ({ data }, attempt) => {
    const { text } = data as { readonly text: string };
    if (text === "message 4") return { outcome: "refused", detail: "HTTP 422" };
    return attempt === 1 && text === "message 2"
      ? { outcome: "retry", detail: "HTTP 503" }
      : { outcome: "delivered", detail: "taken" };
  });
  return office;
}

async function run(office: PostOffice, fate: Fate = {}): Promise<Agent> {
  const agent = office.agent(fate);
  await Promise.race([agent.incoming.start(INVENTORY), agent.until(() => agent.dead)].slice(0, fate.dieAt ? 2 : 1));
  await agent.emptied();
  await agent.until(() => office.spool.names(STATES).length === 0, "no state left");
  if (!agent.dead) await agent.incoming.stop();
  return agent;
}

/** `unordered`: a file that could not be read at first is nobody's until it can be, and the others do not wait for it. */
function expectAllIsWell(office: PostOffice, what: string, unordered = false): void {
  for (const name of ["a", "b"]) {
    const got = office.got.filter((one) => one.sink === name);
    const texts = got.map(({ envelope }) => (envelope.data as { readonly text: string }).text);
    const wanted = Array.from({ length: 9 }, (_, count) => `message ${count}`);
    const expected = name === "b" ? wanted.filter((text) => text !== "message 4") : wanted;
    expect([...new Set(texts)].toSorted(), `${what}: ${name} has them all`).toEqual(expected);
    for (const sender of unordered ? [] : SENDERS) {
      const firsts = [...new Set(office.texts(name, sender))];
      expect(firsts, `${what}: order of ${sender} at ${name}`).toEqual(firsts.toSorted());
    }
  }
  const ids = new Map(office.got.map(({ envelope }) => [(envelope.data as { text: string }).text, envelope.id]));
  for (const { envelope } of office.got) {
    expect(envelope.id, what).toBe(ids.get((envelope.data as { text: string }).text));
  }
  expect(office.spool.names(INCOMING), what).toEqual([]);
  expect(office.spool.names(STATES), what).toEqual([]);
  const letters = office.spool.names(DEAD).filter((name) => !name.endsWith(".why"));
  expect(letters, what).toHaveLength(2);
  expect(office.spool.names(DEAD), what).toHaveLength(4);
  const put = new Set(office.spool.names(PROCESSED).map((name) => name.slice(17, 49)));
  expect(put.size, what).toBe(8);
  // One of them came twice.
  expect(office.spool.names(PROCESSED), what).toHaveLength(9);
}

async function callsOf(): Promise<number> {
  const office = trafficked();
  const agent = await run(office);
  expectAllIsWell(office, "undisturbed");
  expect(office.got).toHaveLength(17);
  return agent.calls.length;
}

describe("whatever happens", () => {
  test.each(["killed", "without power"])("%s at any call, the next agent completes it", async (how) => {
    const total = await callsOf();
    expect(total).toBeGreaterThan(100);
    for (let dieAt = 1; dieAt <= total; dieAt += 1) {
      const office = trafficked();
      const died = await run(office, { dieAt });
      const last = died.calls.at(-1) ?? "";
      if (how === "without power") office.spool.powerCut();
      await run(office);
      expectAllIsWell(office, `${how} at ${dieAt}: ${last}`);
    }
  });

  test("refused once at any call, it goes on by itself", async () => {
    const total = await callsOf();
    for (let failAt = 1; failAt <= total; failAt += 1) {
      const office = trafficked();
      const agent = await run(office, { failAt });
      const call = agent.calls[failAt - 1] ?? "";
      expectAllIsWell(office, `refused at ${failAt}: ${call}`, /^(read|look)/.test(call));
    }
  });

  test("killed again and again at random", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 8 }), async (deaths) => {
        const office = trafficked();
        for (const dieAt of deaths) await run(office, { dieAt });
        await run(office);
        expectAllIsWell(office, deaths.join());
      }),
      { numRuns: 40 },
    );
  });
});
