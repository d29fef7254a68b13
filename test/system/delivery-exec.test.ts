import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ExecClient } from "../../agent/delivery/exec-client.ts";
import type { Envelope } from "../../agent/delivery/types.ts";
import type { Sink } from "../../core/model/inventory.ts";
import { RealHandlers } from "../../host/handlers.ts";
import { scratchFolder } from "../unit/host/scratch.ts";

/*
 * The exec client with programs as people write them. What programs do to whoever starts them (hang, fork, ignore TERM) is
 * tested beside host/handlers.ts.
 */

const NEVER = new AbortController().signal;
const HOSTILE = "$(touch /tmp/pwned) `id` '; \"\\ \n\u0000\u001b[2J Grüße 🎉";

const envelope: Envelope = {
  id: "0123456789abcdef0123456789abcdef",
  type: "modemkeeper.sms.received",
  source: "/modemkeeper/gateway/SIM7600",
  time: "2026-01-10T21:59:00.000Z",
  data: { id: "0123456789abcdef0123456789abcdef", from: HOSTILE, text: HOSTILE },
  file: "/var/spool/sms/incoming/SIM7600.aB3dE6",
};

async function program(text: string, more: readonly string[] = [], options: Sink["options"] = {}) {
  const folder = await scratchFolder();
  const path = join(folder, "handler");
  writeFileSync(path, text.replaceAll("@", folder), { mode: 0o755 });
  const sink: Sink = {
    name: "script",
    type: "exec",
    options: { command: [path, ...more], timeout: 30, ...options },
    secrets: {},
  };
  return { client: new ExecClient(sink, { handlers: new RealHandlers() }), folder };
}

test("a program in Node reads the message as JSON, whatever it holds", async () => {
  const script = `#!${process.execPath}
const chunks = [];
process.stdin.on("data", (chunk) => chunks.push(chunk)).on("end", () => {
  const { from, text, type, time, id } = JSON.parse(Buffer.concat(chunks).toString());
  require("fs").writeFileSync("@/seen", JSON.stringify({ from, text, type, time, id, env: process.env.MODEMKEEPER_ID, file: process.argv[2] }));
});`;
  const { client, folder } = await program(script, ["{file}"]);
  expect(await client.deliver(envelope, NEVER)).toMatchObject({ outcome: "delivered" });
  expect(JSON.parse(readFileSync(join(folder, "seen"), "utf8"))).toEqual({
    ...{ from: HOSTILE, text: HOSTILE, type: envelope.type, time: envelope.time, id: envelope.id },
    ...{ env: envelope.id, file: envelope.file },
  });
});

test("a shell script gets one line, and says by its exit code what is to become of the message", async () => {
  const script = "#!/bin/sh\nIFS= read -r line || exit 9\nprintf '%s' \"$line\" > @/line\nexit 75\n";
  const { client, folder } = await program(script);
  expect(await client.deliver(envelope, NEVER)).toMatchObject({
    outcome: "retry",
    detail: expect.stringContaining("75"),
  });
  expect(JSON.parse(readFileSync(join(folder, "line"), "utf8"))).toMatchObject({ text: HOSTILE });
});

test("what a program complains of is not told: it may be the message", async () => {
  const { client } = await program("#!/bin/sh\ncat >&2\nexit 1\n");
  expect(await client.deliver(envelope, NEVER)).toEqual({
    outcome: "refused",
    detail: "the program ended with exit code 1",
  });
});

test("a message of a mebibyte that the program does not read, and one that hangs", async () => {
  const large = { ...envelope, data: { text: "x".repeat(1_048_576) } };
  const careless = await program("#!/bin/sh\nexec 0<&-\nexit 0\n");
  expect(await careless.client.deliver(large, NEVER)).toMatchObject({ outcome: "delivered" });
  const hanging = await program("#!/bin/sh\nexec sleep 300\n", [], { timeout: 0.3 });
  expect(await hanging.client.deliver(large, NEVER)).toMatchObject({
    outcome: "retry",
    detail: expect.stringContaining("0.3 s"),
  });
});

test("a program that appears later is waited for", async () => {
  const folder = await scratchFolder();
  const path = join(folder, "handler");
  const sink: Sink = { name: "script", type: "exec", options: { command: [path] }, secrets: {} };
  const client = new ExecClient(sink, { handlers: new RealHandlers() });
  expect(await client.deliver(envelope, NEVER)).toEqual({
    outcome: "retry",
    detail: `cannot run ${path}: there is no such file`,
  });
  writeFileSync(path, "#!/bin/sh\n", { mode: 0o755 });
  expect(await client.deliver(envelope, NEVER)).toMatchObject({ outcome: "delivered" });
});
