import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeEach, expect, test } from "vitest";
import { smsListCommand } from "../../../../agent/commands/sms-list.ts";
import { smsRetryCommand } from "../../../../agent/commands/sms-retry.ts";
import { smsShowCommand } from "../../../../agent/commands/sms-show.ts";
import type { SpoolFiles } from "../../../../core/delivery-ports.ts";
import { EXIT } from "../../../../core/errors.ts";
import {
  type Agent,
  DEAD,
  INCOMING,
  inventoryWith,
  PostOffice,
  PROCESSED,
  sink,
} from "../../../helpers/memory/post-office.ts";
import { memoryAgentMachine } from "../../../helpers/memory-agent-host.ts";
import { runAgent } from "../commands/command-desk.ts";

/* What a person sees of received messages, and what `sms retry` does, with an agent that runs and without one. */

const ANNA = "+491701234567";
const FOLDER = new URL("../../../../docs/reference/json/", import.meta.url);
const inventory = inventoryWith([sink("a"), sink("b")]);
let office: PostOffice;
let refusing: boolean;

/** One message that was delivered, one that `b` refused, one that waits, and one that is none. */
beforeEach(async () => {
  office = new PostOffice();
  refusing = true;
  office.answers.set("b", ({ data }) =>
    refusing && (data as { text: string }).text === "refused"
      ? { outcome: "refused", detail: "HTTP 422" }
      : { outcome: "delivered", detail: "" },
  );
  office.sms("GSM1.aaaaaa", ANNA, "delivered", office.wall - 3000);
  office.sms("GSM1.bbbbbb", "INFO", "refused", office.wall - 2000);
  office.spool.put(INCOMING, "GSM1.broken", "\x7fELF", BigInt(office.wall - 1000) * 1_000_000n);
  const agent = await started();
  await agent.emptied();
  await agent.incoming.stop();
  office.sms("GSM1.cccccc", ANNA, "waits\u0007\u202e", office.wall);
});

async function started(): Promise<Agent> {
  const agent = office.agent();
  await agent.incoming.start(inventory);
  return agent;
}

async function run<O>(command: Parameters<typeof runAgent<O>>[1], options: O, files?: SpoolFiles) {
  const machine = await memoryAgentMachine();
  const host = machine.agentHost();
  const delivery = { ...host.delivery, spoolFiles: files ?? office.spool.files(() => {}) };
  const full = { ...host, delivery };
  const given = { machine: Object.assign(Object.create(machine), { agentHost: () => full }), host: full, inventory };
  return runAgent(given, command, options);
}

function validates(name: string, out: string): void {
  const ajv = new Ajv2020({ allErrors: true });
  for (const file of readdirSync(FOLDER)) ajv.addSchema(JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")));
  const validate = ajv.getSchema(`urn:modemkeeper:${name}`);
  expect(validate?.(JSON.parse(out)), JSON.stringify(validate?.errors)).toBe(true);
}

function idOf(text: string): string {
  return office.got.find(({ envelope }) => (envelope.data as { text: string }).text === text)?.envelope.id ?? "";
}

test("sms list shows how they stand, and neither text nor whole number", async () => {
  const { code, out } = await run(smsListCommand, {});
  expect(code).toBe(EXIT.ok);
  expect(out.split("\n").map((line) => line.split(/ +/)[0])).toEqual(
    expect.arrayContaining(["waiting", "done", "dead", "dead"]),
  );
  expect(out).toContain("+49…67");
  expect(out).toContain("b did not take it: refused 2 times: HTTP 422");
  for (const secret of [ANNA, "INFO", "waits", "delivered ", "refused\n"]) expect(out).not.toContain(secret);
});

test.each([
  [{ waiting: true }, ["waiting"]],
  [{ dead: true }, ["dead", "dead"]],
  [{ done: true }, ["done"]],
  [{ limit: "2" }, ["waiting", "dead"]],
])("sms list %o", async (options, states) => {
  const { out } = await run(smsListCommand, { ...options, json: true });
  validates("messages-1", out);
  expect(JSON.parse(out).messages.map(({ state }: { state: string }) => state)).toEqual(states);
});

test("sms list says that there are none, and what a limit is", async () => {
  office = new PostOffice();
  expect((await run(smsListCommand, {})).out).toBe("no messages\n");
  expect((await run(smsListCommand, { limit: "-1" })).code).toBe(EXIT.usage);
});

test("sms show shows text and sender, without what would take over a terminal", async () => {
  const waiting = JSON.parse((await run(smsListCommand, { waiting: true, json: true })).out).messages[0];
  const { out } = await run(smsShowCommand, { id: waiting.id.slice(0, 8) });
  expect(out).toContain(ANNA);
  expect(out).toContain("\n\nwaits··\n");
  const dead = await run(smsShowCommand, { id: idOf("refused") });
  expect(dead.out).toMatch(/^sink b +webhook, refused after 2 attempts/m);
});

test("sms show --json keeps its format, for what is no message, too", async () => {
  for (const { id } of JSON.parse((await run(smsListCommand, { json: true })).out).messages) {
    validates("message-1", (await run(smsShowCommand, { id, json: true })).out);
  }
});

test.each([
  ["", EXIT.usage],
  ["../../etc/shadow", EXIT.usage],
  ["0123456789abcdef0123456789abcdef", EXIT.failed],
])("sms show %j: exit %i", async (id, code) => {
  expect((await run(smsShowCommand, { id })).code).toBe(code);
});

test("events carry what the schema says", () => {
  for (const { envelope } of office.got) validates("sms-message-1", JSON.stringify(envelope.data));
});

test.each(["while the agent runs", "before it starts"])(
  "sms retry %s: only who refused gets it, once",
  async (when) => {
    refusing = false;
    const before = when === "before it starts" ? undefined : await started();
    if (before) await before.until(() => office.texts("a").length === 3);
    const { code, err } = await run(smsRetryCommand, { ids: [idOf("refused").slice(0, 10)] });
    expect(err).toBe("1 message is delivered again as soon as the agent runs\n");
    expect(code).toBe(EXIT.ok);
    const agent = before ?? (await started());
    await agent.emptied();
    expect(office.texts("a").filter((text) => text === "refused")).toHaveLength(1);
    expect(office.texts("b").filter((text) => text === "refused")).toHaveLength(1);
    // What never was a message stays.
    expect(office.spool.names(DEAD)).toHaveLength(2);
    expect(office.spool.names(PROCESSED)).toHaveLength(3);
  },
);

test("sms retry --all leaves what never was a message", async () => {
  const { err } = await run(smsRetryCommand, { ids: [], all: true });
  expect(err).toContain("1 left");
  expect(err).toContain("1 message is delivered again");
  expect(office.spool.names(INCOMING)).toEqual(["GSM1.bbbbbb", "GSM1.cccccc"]);
  expect((await run(smsRetryCommand, { ids: [], all: true })).err).toContain("there is nothing to retry");
});

test("sms retry wants to know which", async () => {
  expect((await run(smsRetryCommand, { ids: [] })).code).toBe(EXIT.usage);
  expect((await run(smsRetryCommand, { ids: ["ab"], all: true })).code).toBe(EXIT.usage);
});

test("sms retry that is cut off anywhere loses nothing", async () => {
  refusing = false;
  const id = idOf("refused");
  let calls = 0;
  await run(
    smsListCommand,
    {},
    office.spool.files(() => {
      calls += 1;
    }),
  );
  for (let dieAt = 1; dieAt <= calls + 20; dieAt += 1) {
    const copy = structuredClone([...office.spool.folders].map(([path, entries]) => [path, [...entries]] as const));
    let count = 0;
    const files = office.spool.files(() => {
      count += 1;
      if (count >= dieAt) throw new Error("killed");
    });
    await run(smsRetryCommand, { ids: [id] }, files);
    const places = [...office.spool.names(DEAD).filter((name) => name.endsWith(id)), ...office.spool.names(INCOMING)];
    expect(places, `cut off at ${dieAt}`).toHaveLength(2);
    await run(smsRetryCommand, { ids: [id] });
    expect(office.spool.names(INCOMING), `cut off at ${dieAt}`).toEqual(["GSM1.bbbbbb", "GSM1.cccccc"]);
    for (const [path, entries] of copy) {
      office.spool.folder(path).clear();
      for (const [name, entry] of entries)
        office.spool.put(path, name, Buffer.from(entry.content), entry.modifiedAt, entry.kind);
    }
  }
});
