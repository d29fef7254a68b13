import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { Outgoing, type OutgoingHost } from "../../../../agent/outgoing/outgoing.ts";
import { destinationKey } from "../../../../agent/outgoing/read-message.ts";
import { DESTINATIONS } from "../../../../agent/paths.ts";
import { ModemkeeperError } from "../../../../core/errors.ts";
import type { FileEntry } from "../../../../core/ports.ts";
import { realClock } from "../../../../host/clock.ts";
import { realFolderWatch } from "../../../../host/folder-watch.ts";
import { RealSpoolFiles } from "../../../../host/spool-files.ts";
import { queueMessage } from "../../../../provision/sending/queue-message.ts";
import { sampleSmsd } from "../../../helpers/sample-inventory.ts";
import { scratchFolder } from "../../host/scratch.ts";

const WAIT = { timeout: 10_000, interval: 20 };
const MACHINE = "0123456789abcdef0123456789abcdef";
const FRIEND = "491720000001";
const BARRED = "491720000002";

let root: string;
/** What is under /var/lib/modemkeeper. */
let kept: Map<string, string>;
let host: OutgoingHost;

beforeEach(async () => {
  root = await scratchFolder();
  for (const name of ["outgoing", "checked", "sent", "failed"]) mkdirSync(join(root, name));
  kept = new Map();
  const attributes = { mode: 0o600, owner: "root", group: "root", modifiedAt: 0 };
  const read = async (path: string): Promise<FileEntry | undefined> => {
    const content = kept.get(path);
    return content === undefined ? undefined : { kind: "file", content, ...attributes };
  };
  host = {
    files: {
      read,
      write: async (path, { content }) => void kept.set(path, content),
    } as OutgoingHost["files"],
    clock: realClock,
    monotonic: { now: () => performance.now(), bootId: "1" },
    machineId: MACHINE,
    watch: realFolderWatch,
    spoolFiles: new RealSpoolFiles(),
  };
});

function spool() {
  const [outgoing = "", checked = "", sent = "", failed = ""] = ["outgoing", "checked", "sent", "failed"].map((name) =>
    join(root, name),
  );
  return { outgoing, checked, sent, failed };
}

function begin(): Outgoing {
  const outgoing = new Outgoing(host, () => {});
  onTestFinished(() => outgoing.stop());
  outgoing.start(spool());
  return outgoing;
}

/** One that has looked once: what lies there now is known to it. */
async function begun(): Promise<Outgoing> {
  const outgoing = begin();
  await vi.waitUntil(async () => {
    await outgoing.acknowledge(outgoing.observe());
    return kept.has(DESTINATIONS);
  }, WAIT);
  return outgoing;
}

let count = 0;
function put(folder: "sent" | "failed", to: string, reason = "+CMS ERROR: 38 (Network out of order)"): string {
  count += 1;
  const name = `message-${count}`;
  const why = folder === "failed" ? `Fail_reason: ${reason}\n` : "Sent: 2030-01-01 00:00:00\n";
  writeFileSync(join(root, folder, `.${name}`), `To: ${to}\nModem: SIM7600\n${why}\nprivate text`);
  renameSync(join(root, folder, `.${name}`), join(root, folder, name));
  return name;
}

function failures(outgoing: Outgoing): number {
  return outgoing.observe().failed.reduce((sum, kind) => sum + kind.count, 0);
}

function row(outgoing: Outgoing, to: string): number {
  const key = destinationKey(MACHINE, to);
  return outgoing.observe().destinations.find(({ destination }) => destination === key)?.failures ?? 0;
}

describe("what became of sent messages", () => {
  it("old failures are no news at the first start", async () => {
    for (let index = 0; index < 100; index++) put("failed", BARRED);
    const outgoing = await begun();
    expect(outgoing.observe()).toEqual({ failed: [], destinations: [], trouble: [] });
  });

  it("a failure is told, without number and text, until it has been acknowledged", async () => {
    const outgoing = await begun();
    put("failed", BARRED);
    await vi.waitUntil(() => failures(outgoing) === 1, WAIT);
    const seen = outgoing.observe();
    const destination = destinationKey(MACHINE, BARRED);
    expect(seen.failed).toEqual([
      { count: 1, destination, modem: "SIM7600", reason: "+CMS ERROR: 38 (Network out of order)" },
    ]);
    await outgoing.acknowledge(seen);
    expect(failures(outgoing)).toBe(0);
    expect(row(outgoing, BARRED)).toBe(1);
    expect(kept.get(DESTINATIONS)).toContain(destination);
    expect(kept.get(DESTINATIONS)).not.toMatch(/4917|private/);
  });

  it("a row of failures ends with a message that arrives, and only that of its destination", async () => {
    const outgoing = await begun();
    for (let index = 0; index < 3; index++) put("failed", BARRED);
    put("failed", FRIEND);
    await vi.waitUntil(() => row(outgoing, BARRED) === 3 && row(outgoing, FRIEND) === 1, WAIT);
    put("sent", `+${FRIEND}`);
    await vi.waitUntil(() => row(outgoing, FRIEND) === 0, WAIT);
    expect(row(outgoing, BARRED)).toBe(3);
  });

  it("what failed while the agent was away is told by the next; what was told is not told again", async () => {
    const first = await begun();
    put("failed", BARRED);
    await vi.waitUntil(() => failures(first) === 1, WAIT);
    await first.acknowledge(first.observe());
    await first.stop();
    put("failed", BARRED);
    const next = begin();
    await vi.waitUntil(() => failures(next) > 0, WAIT);
    expect([failures(next), row(next, BARRED)]).toEqual([1, 2]);
  });

  it("what was not acknowledged is told by the next, too", async () => {
    const first = await begun();
    put("failed", BARRED);
    await vi.waitUntil(() => failures(first) === 1, WAIT);
    await first.stop();
    const next = begin();
    await vi.waitUntil(() => failures(next) === 1, WAIT);
    expect(row(next, BARRED)).toBe(1);
  });

  it("a message that smsd is still moving is waited for", async () => {
    const outgoing = await begun();
    writeFileSync(join(root, "checked", "moving"), `To: ${BARRED}\n\nx`);
    writeFileSync(join(root, "failed", "moving"), `To: ${BARRED}\nModem: SIM7600\nFail_rea`);
    put("failed", FRIEND);
    await vi.waitUntil(() => row(outgoing, FRIEND) === 1, WAIT);
    expect(row(outgoing, BARRED)).toBe(0);
    writeFileSync(join(root, "failed", "moving"), `To: ${BARRED}\nModem: SIM7600\nFail_reason: barred\n\nx`);
    rmSync(join(root, "checked", "moving"));
    await vi.waitUntil(() => row(outgoing, BARRED) === 1, WAIT);
    expect(outgoing.observe().failed.map(({ reason }) => reason)).toContain("barred");
  });

  it("a notice of the agent's own is told as one", async () => {
    const outgoing = await begun();
    const files = { ...host.files, read: async () => ({ kind: "directory" }) as FileEntry };
    const { name } = await queueMessage({ files, clock: realClock }, sampleSmsd(), "", "notice");
    writeFileSync(join(root, "failed", name), `To: ${BARRED}\nModem: SIM7600\nFail_reason: barred\n\nx`);
    await vi.waitUntil(() => failures(outgoing) === 1, WAIT);
    expect(outgoing.observe().failed).toMatchObject([{ notice: true }]);
    expect(row(outgoing, BARRED)).toBe(1);
  });

  it("a folder that cannot be read is told, and no more when it can", async () => {
    rmSync(join(root, "failed"), { recursive: true });
    const outgoing = begin();
    await vi.waitUntil(() => outgoing.observe().trouble.length > 0, WAIT);
    expect(outgoing.observe().trouble).toEqual([expect.stringContaining(join(root, "failed"))]);
  });

  it.each([
    ["no JSON", "{"],
    ["something else", '{"format":"other"}'],
    [
      "with a destination that is none",
      `{"format":"modemkeeper.destinations/1","destinations":{"deadbeef":{"at":"x"}}}`,
    ],
  ])("a memory that is %s is told and not used", async (_, content) => {
    kept.set(DESTINATIONS, content);
    const outgoing = begin();
    await vi.waitUntil(() => outgoing.observe().trouble.length > 0, WAIT);
    expect(outgoing.observe()).toMatchObject({
      destinations: [],
      trouble: [expect.stringContaining(DESTINATIONS)],
    });
    await vi.waitUntil(async () => {
      await outgoing.acknowledge(outgoing.observe());
      return outgoing.observe().trouble.length === 0;
    }, WAIT);
  });

  it("that cannot be remembered is an error of the acknowledgement, and nothing is lost", async () => {
    const outgoing = await begun();
    host.files.write = () => Promise.reject(new ModemkeeperError("io", "the disk is full"));
    put("failed", BARRED);
    await vi.waitUntil(() => failures(outgoing) === 1, WAIT);
    await expect(outgoing.acknowledge(outgoing.observe())).rejects.toThrow("the disk is full");
    expect(row(outgoing, BARRED)).toBe(1);
  });
});
