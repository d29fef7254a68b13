import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeEach, describe, expect, it } from "vitest";
import { type SmsSendOptions, smsSendCommand } from "../../../../agent/commands/sms-send.ts";
import { appliedGateway, type Given } from "../observe/agent-machine.ts";
import { FLAG, type How, runAgent, UNIT } from "./command-desk.ts";

const SCHEMA = new URL("../../../../docs/reference/json/sms-send-1.schema.json", import.meta.url);
const validate = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(SCHEMA, "utf8")));
const NUMBER = "+491720000001";
const SPOOL = "/var/spool/sms";

let given: Given;
beforeEach(async () => {
  given = await appliedGateway();
});

const send = (options: Partial<SmsSendOptions> = {}, how: How = {}) =>
  runAgent(given, smsSendCommand, { to: NUMBER, text: "hello", ...options }, how);

function queued(): readonly string[] {
  return [...given.machine.files.entries.keys()].filter((path) => path.startsWith(`${SPOOL}/outgoing/`));
}

/** What smsd makes of the next message half a second from now. */
async function smsdPutsIt(
  folder: "checked" | "sent" | "failed" | undefined,
  notes = "Modem: SIM7600\n",
): Promise<void> {
  const { machine } = given;
  await machine.time.sleep(500);
  const [path = ""] = queued();
  const entry = machine.files.entries.get(path);
  machine.files.entries.delete(path);
  if (entry?.kind !== "file" || folder === undefined) return;
  const content = entry.content.replace("\n\n", `\n${notes}\n`);
  machine.files.put(path.replace("outgoing", folder), { ...entry, content });
}

/** Sends while smsd does that. */
async function sendWhile(
  folder: Parameters<typeof smsdPutsIt>[0],
  options: Partial<SmsSendOptions> = {},
  notes?: string,
) {
  const [ran] = await Promise.all([send(options), smsdPutsIt(folder, notes)]);
  return ran;
}

async function json(folder: Parameters<typeof smsdPutsIt>[0], options: Partial<SmsSendOptions> = {}, notes?: string) {
  const ran = await sendWhile(folder, { ...options, json: true }, notes);
  const value = JSON.parse(ran.out);
  expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
  return { code: ran.code, value };
}

describe("sms send", () => {
  it("waits until it is sent, and says how long that took and who sent it", async () => {
    const { code, out } = await sendWhile("sent");
    expect(code).toBe(0);
    expect(out).toMatch(/^Sent to \+491720000001: 1 part, 0\.[5-9] s, by SIM7600\.\n$/);
  });

  it("of a long text counts its parts", async () => {
    expect((await sendWhile("sent", { text: "x".repeat(161) })).out).toContain("2 parts");
    expect((await sendWhile("sent", { text: "😀".repeat(36) })).out).toContain("2 parts");
  });

  it("that failed exits with 1, the reason and what to do", async () => {
    const { code, out } = await sendWhile("failed", {}, "Modem: SIM7600\nFail_reason: +CMS ERROR: 28\n");
    expect(code).toBe(1);
    expect(out).toMatch(/^Not sent to \+491720000001: \+CMS ERROR: 28 \(1 part, 0\.\d s, by SIM7600\)\.\n/);
    expect(out).toMatch(/It is kept as \/var\/spool\/sms\/failed\/modemkeeper-[\w-]+\.\n/);
    expect(out).toContain("fix: Check the number");
  });

  it("that still waits says where and why, and exits with 1", async () => {
    given.machine.unplug("1-1");
    const { code, out } = await sendWhile("checked", { timeout: "30s" });
    expect(code).toBe(1);
    expect(out).toContain("Not sent to +491720000001 yet after 30.0 s: SIM7600 is not plugged in.");
    expect(out).toMatch(/It waits as \/var\/spool\/sms\/checked\/modemkeeper-/);
  });

  it("that somebody else takes away is not called sent", async () => {
    const { code, out } = await sendWhile(undefined);
    expect(code).toBe(1);
    expect(out).toContain("is not known: another program took it out of smsd's folders");
  });

  it("--no-wait only puts it into the queue", async () => {
    const { code, out } = await send({ wait: false });
    expect(code).toBe(0);
    expect(out).toMatch(
      /^In smsd's queue for \+491720000001: 1 part, as \/var\/spool\/sms\/outgoing\/modemkeeper-[\w-]+\.\n$/,
    );
    expect(queued()).toHaveLength(1);
  });

  it("does not wait for what cannot be followed, and says so", async () => {
    const { smsd } = given.inventory;
    const settings = { ...smsd.settings, keep_filename: false };
    given = { ...given, inventory: { ...given.inventory, smsd: { ...smsd, settings } } };
    const { code, out } = await send();
    expect(code).toBe(0);
    expect(out).toContain("keep_filename");
  });

  it("gives up waiting at Ctrl-C; the message stays in the queue", async () => {
    const person = new AbortController();
    const [{ code, out }] = await Promise.all([
      send({}, { signal: person.signal }),
      given.machine.time.sleep(1_000).then(() => person.abort()),
    ]);
    expect(code).toBe(130);
    expect(out).toContain("It waits as /var/spool/sms/outgoing/");
    expect(queued()).toHaveLength(1);
  });
});

describe("standard input", () => {
  it.each([undefined, "-"])("is the message where TEXT is %s, without its last newline", async (text) => {
    const options = { wait: false, ...(text === undefined ? {} : { text }) };
    const { code } = await runAgent(given, smsSendCommand, { to: NUMBER, ...options }, { input: "two\nlines\n" });
    expect(code).toBe(0);
    expect(given.machine.files.entries.get(queued()[0] ?? "")).toMatchObject({
      content: expect.stringMatching(/\n\ntwo\nlines$/),
    });
  });

  it("that is empty is no message", async () => {
    const { code } = await runAgent(given, smsSendCommand, { to: NUMBER }, { input: "\n" });
    expect(code).toBe(64);
    expect(queued()).toEqual([]);
  });
});

describe("while smsd does not run", () => {
  beforeEach(() => given.machine.services.control("stop", UNIT));

  it("nothing is put into its queue, and who stopped it is said", async () => {
    given.machine.given(FLAG, "");
    const { code, error } = await send();
    expect(code).toBe(12);
    expect(error).toMatchObject({ why: expect.stringContaining("root stopped it on purpose") });
    expect(queued()).toEqual([]);
  });

  it("--queue does so all the same and does not wait", async () => {
    const { code, out } = await send({ queue: true });
    expect(code).toBe(0);
    expect(out).toContain("In smsd's queue");
    expect(queued()).toHaveLength(1);
  });

  it("--queue --wait waits for somebody who starts it", async () => {
    const { code, out } = await sendWhile("sent", { queue: true, wait: true });
    expect(code).toBe(0);
    expect(out).toContain("Sent to");
  });
});

describe("what is refused leaves nothing behind", () => {
  it.each([
    ["a number that is none", { to: "Mum" }, 64],
    ["a number with another header in it", { to: "49172\nTo: 49173" }, 64],
    ["a text that is empty", { text: "" }, 64],
    ["a duration that is none", { timeout: "soon" }, 64],
  ] as const)("%s", async (_, options, expected) => {
    const { code } = await send(options);
    expect(code).toBe(expected);
    expect(queued()).toEqual([]);
  });

  it("whoever is not root", async () => {
    given.machine.uid = 1000;
    expect((await send()).code).toBe(12);
    expect(queued()).toEqual([]);
  });
});

describe("as JSON", () => {
  it("sent", async () => {
    expect(await json("sent", { report: true }, "Modem: SIM7600\nMessage_id: 7\n")).toMatchObject({
      code: 0,
      value: { to: NUMBER, outcome: "sent", parts: 1, alphabet: "gsm7", modem: "SIM7600", messageId: 7 },
    });
  });

  it("failed", async () => {
    expect(await json("failed", {}, "Modem: SIM7600\nFail_reason: +CMS ERROR: 38\n")).toMatchObject({
      code: 1,
      value: { outcome: "failed", reason: "+CMS ERROR: 38", fix: expect.any(String) },
    });
  });

  it("waiting, gone and queued", async () => {
    expect((await json("checked", { timeout: "1s" })).value).toMatchObject({
      outcome: "waiting",
      why: expect.any(String),
    });
    expect((await json(undefined)).value).toMatchObject({ outcome: "gone" });
    expect(JSON.parse((await send({ wait: false, json: true })).out)).toMatchObject({ outcome: "queued" });
  });
});
