import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { IncomingMessage } from "../../core/model/message.ts";
import { normaliseSink } from "../../provision/inventory/sinks.ts";
import { AgentProcess, type AgentTask } from "../helpers/incoming/agent-process.ts";
import { ChaosReceiver } from "../helpers/incoming/chaos-receiver.ts";
import { folderTask, newWebhookSecret } from "../helpers/incoming/folder-task.ts";
import {
  hostileMessages,
  hostileNames,
  NO_MESSAGES,
  NON_FILES,
  ODD_MESSAGES,
  plantNonFiles,
} from "../helpers/incoming/hostile-spool.ts";
import { smsdFile } from "../helpers/incoming/smsd-file.ts";

/*
 * Proves that nothing that somebody sends, and nothing that somebody puts into smsd's folder, does more than be delivered or
 * be put aside: no command runs, no file outside is read or touched, and the rest is delivered.
 */

/** Longer than a file must be quiet before it is taken for complete, and shorter than the agent takes to look at all files anew. */
const WAIT = { timeout: 25_000, interval: 100 };

let root: string;
let receiver: ChaosReceiver;
let task: AgentTask;
let agent: AgentProcess;
/** Where the program that gets the messages leaves what it got. */
let handled: string;
let lines: string;
/** What nothing may make. */
let canary: string;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "incoming-hostile-"));
  handled = join(root, "handled");
  lines = join(root, "messages.jsonl");
  canary = join(root, "canary");
  mkdirSync(handled);
  const secret = newWebhookSecret();
  receiver = new ChaosReceiver({ secret });
  await receiver.start();
  const sinks = [
    { type: "exec", name: "program", command: [program()] },
    { type: "file", name: "file", path: lines },
  ];
  task = folderTask(
    root,
    { url: receiver.url, secret },
    sinks.map((sink) => normaliseSink(sink, "incoming")),
  );
  agent = await AgentProcess.prepare(join(root, "task.json"), task);
  onTestFinished(async () => {
    await agent.kill();
    await receiver.close();
    rmSync(root, { recursive: true, force: true });
  });
});

/** Keeps what it gets on standard input, whatever that is. */
function program(): string {
  const path = join(root, "program");
  writeFileSync(path, `#!/bin/sh\nexec cat > "$(mktemp '${handled}/XXXXXX')"\n`);
  chmodSync(path, 0o755);
  return path;
}

function put(name: string | Buffer, content: Buffer): void {
  const path = Buffer.concat([Buffer.from(`${task.incoming}/`), Buffer.from(name)]);
  writeFileSync(path, content);
}

/** A sender stays on its line, whatever it is made of. */
function onOneLine(sender: string): string {
  return sender.replaceAll("\n", " ").trim();
}

/** Each sink's messages as `from: text`, sorted. */
function received(): Readonly<Record<"webhook" | "exec" | "file", readonly string[]>> {
  const event = (line: string) => subject((JSON.parse(line) as { readonly data: IncomingMessage }).data);
  const written = () => readFileSync(lines, "utf8").split("\n").filter(Boolean).map(event);
  return {
    webhook: receiver.accepted.map(subject).sort(),
    exec: readdirSync(handled)
      .map((name) => subject(JSON.parse(readFileSync(join(handled, name), "utf8")) as IncomingMessage))
      .sort(),
    file: (readdirSync(root).includes("messages.jsonl") ? written() : []).sort(),
  };
}

function subject({ from, text }: { readonly from: string; readonly text?: string }): string {
  return `${from}: ${text}`;
}

async function untilHandled(left: readonly string[] = []): Promise<void> {
  await vi.waitUntil(() => {
    expect(agent.alive, agent.said).toBe(true);
    return readdirSync(task.incoming).every((name) => left.includes(name));
  }, WAIT);
}

/** Nothing ran that came in a message or a name. */
function expectNoCanary(): void {
  expect(readdirSync(root)).not.toContain("canary");
  expect(readdirSync(task.state).concat(readdirSync(root))).not.toContain("x");
}

describe("hostile messages", () => {
  test("texts and senders reach every receiver as they are, and nobody's shell", async () => {
    const messages = hostileMessages(canary);
    for (const [index, message] of messages.entries()) put(`GSM1.${1_000 + index}`, smsdFile(message));
    agent.start();
    await untilHandled();
    const expected = messages.map(({ from, text }) => subject({ from: onOneLine(from), text })).sort();
    expect(received()).toEqual({ webhook: expected, exec: expected, file: expected });
    expectNoCanary();
    expect(receiver.problems).toEqual([]);
  });

  test("neither text nor sender is in what the agent says", async () => {
    const messages = hostileMessages(canary).filter(({ text }) => text.length > 8);
    for (const [index, message] of messages.entries()) put(`GSM1.${1_000 + index}`, smsdFile(message));
    agent.start();
    await untilHandled();
    for (const { from, text } of messages) {
      expect(agent.said).not.toContain(text.slice(0, 20));
      if (from.length > 4) expect(agent.said).not.toContain(from);
    }
  });
});

describe("hostile files", () => {
  test("names that a shell or a program would fall for do no harm", async () => {
    const names = hostileNames();
    for (const [index, name] of names.entries()) put(name, smsdFile({ from: "+491710000001", text: `name ${index}` }));
    agent.start();
    await untilHandled();
    const expected = names.map((_, index) => `+491710000001: name ${index}`).sort();
    expect(received()).toEqual({ webhook: expected, exec: expected, file: expected });
    expectNoCanary();
  });

  test("what is no message becomes a dead letter with its reason, and the messages beside it are delivered", async () => {
    for (const content of NO_MESSAGES) put(`GSM1.${content.length}`, content);
    put("GSM1.good", smsdFile({ from: "+491710000001", text: "good" }));
    agent.start();
    await untilHandled();
    expect(received().webhook).toEqual(["+491710000001: good"]);
    const letters = readdirSync(task.deadLetter).filter((name) => !name.endsWith(".why"));
    const sizes = letters.map((name) => statSync(join(task.deadLetter, name)).size);
    expect(sizes.sort(byNumber)).toEqual(NO_MESSAGES.map(({ length }) => length).sort(byNumber));
    for (const name of letters) expect(reasonOf(name)).toMatch(/^.{10,200}$/);
  });

  test("what is a message in spite of itself is delivered", async () => {
    for (const content of ODD_MESSAGES) put(`GSM1.${content.length}`, content);
    agent.start();
    await untilHandled();
    expect(receiver.accepted.map(({ text }) => text)).toEqual(ODD_MESSAGES.map(() => "x"));
    expect(readdirSync(task.deadLetter)).toEqual([]);
  });

  test("links, pipes, sockets and folders are neither followed nor waited for", async () => {
    const outside = { file: join(root, "outside"), folder: join(root, "outside-folder") };
    writeFileSync(outside.file, smsdFile({ from: "+491710000666", text: "outside" }), { mode: 0o600 });
    mkdirSync(outside.folder);
    writeFileSync(join(outside.folder, "GSM1.inside"), smsdFile({ from: "+491710000666", text: "inside" }));
    const before = [outside.file, outside.folder, "/etc/shadow"].map((path) => statSync(path));
    const stopSocket = await plantNonFiles(task.incoming, outside);
    onTestFinished(stopSocket);
    put("GSM1.good", smsdFile({ from: "+491710000001", text: "good" }));
    agent.start();
    await vi.waitUntil(() => receiver.accepted.length === 1, WAIT);
    // A folder is nobody's message: it stays.
    await untilHandled(["folder"]);
    expect(received()).toEqual({
      webhook: ["+491710000001: good"],
      exec: ["+491710000001: good"],
      file: ["+491710000001: good"],
    });
    const after = [outside.file, outside.folder, "/etc/shadow"].map((path) => statSync(path));
    const kept = ({ ino, mode, mtimeMs, nlink, size, uid }: Stats) => {
      return { ino, mode, mtimeMs, nlink, size, uid };
    };
    expect(after.map(kept)).toEqual(before.map(kept));
    const letters = readdirSync(task.deadLetter).filter((name) => name.endsWith(".why"));
    expect(letters).toHaveLength(NON_FILES.length - 1);
    expect(readdirSync(join(task.incoming, "folder"))).toEqual(["inside"]);
  });
});

function byNumber(a: number, b: number): number {
  return a - b;
}

/** Why this file is a dead letter, one sentence. */
function reasonOf(name: string): string {
  const why: unknown = JSON.parse(readFileSync(join(task.deadLetter, `${name}.why`), "utf8"));
  return String((why as { readonly reason?: unknown }).reason);
}
