import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Envelope } from "../../../../agent/delivery/types.ts";
import { Incoming } from "../../../../agent/incoming/incoming.ts";
import type { DeadLettered } from "../../../../agent/incoming/settlements.ts";
import { realClock } from "../../../../host/clock.ts";
import { realFolderWatch } from "../../../../host/folder-watch.ts";
import { realMonotonicClock } from "../../../../host/monotonic.ts";
import { RealSpoolFiles } from "../../../../host/spool-files.ts";
import { smsdFile } from "../../../helpers/incoming/smsd-file.ts";
import { inventoryWith, sink } from "../../../helpers/memory/post-office.ts";
import { scratchFolder } from "../../host/scratch.ts";

/* The same with real files and inotify: hostile names and files, and smsd's way of writing. */

async function started() {
  const base = await scratchFolder();
  const at = (name: string) => `${base}/${name}`;
  for (const name of ["incoming", "report"]) mkdirSync(at(name));
  const inventory = inventoryWith([sink("a")], { processed: at("processed"), deadLetter: at("dead") });
  const { spool } = inventory.smsd;
  const got: Envelope[] = [];
  const dead: DeadLettered[] = [];
  const files = new RealSpoolFiles();
  const incoming = new Incoming({
    host: { clock: realClock, monotonic: realMonotonicClock("/proc") },
    // States go to the scratch folder, too.
    spoolFiles: moved(files, at("states")),
    watch: realFolderWatch,
    connect: async ({ name, type }) => ({
      ...{ name, type, parallel: 4, close: async () => {} },
      deliver: async (envelope) => {
        got.push(envelope);
        return { outcome: "delivered", detail: "" };
      },
    }),
    hostName: "box",
    log: { write: () => {}, error: () => {} },
    deadLettered: (letter) => void dead.push(letter),
  });
  onTestFinished(() => incoming.stop());
  const start = () =>
    incoming.start({
      ...inventory,
      smsd: { ...inventory.smsd, spool: { ...spool, incoming: at("incoming"), report: at("report") } },
    });
  return { at, got, dead, incoming, start, files };
}

function moved(files: RealSpoolFiles, states: string): RealSpoolFiles {
  const elsewhere = (folder: string) => (folder.startsWith("/var/lib/") ? states : folder);
  return Object.assign(Object.create(files), {
    names: (folder: string) => files.names(elsewhere(folder)),
    look: (place: { folder: string; name: string }) => files.look({ ...place, folder: elsewhere(place.folder) }),
    read: (place: { folder: string; name: string }, limit: number) =>
      files.read({ ...place, folder: elsewhere(place.folder) }, limit),
    makeFolder: (folder: string) => files.makeFolder(elsewhere(folder)),
    move: files.move.bind(files),
    durable: files.durable.bind(files),
    sync: files.sync.bind(files),
    write: files.write.bind(files),
    remove: files.remove.bind(files),
  });
}

test("files that are renamed into the folder, or written in place, are delivered and put away", async () => {
  const { at, got, start } = await started();
  writeFileSync(at("incoming/GSM1.aaaaaa"), smsdFile({ from: "+491701234567", text: "before" }));
  await start();
  await vi.waitFor(() => expect(got).toHaveLength(1));
  writeFileSync(at("draft"), smsdFile({ from: "+491701234567", text: "renamed" }));
  renameSync(at("draft"), at("incoming/GSM1.bbbbbb"));
  writeFileSync(at("incoming/GSM1.cccccc"), smsdFile({ from: "+491701234567", text: "written 😀" }));
  await vi.waitFor(() => expect(readdirSync(at("processed"))).toHaveLength(3));
  expect(got.map(({ data }) => (data as { text: string }).text)).toEqual(["before", "renamed", "written 😀"]);
  expect(readdirSync(at("incoming"))).toEqual([]);
});

test("no name, link, FIFO or size leads anywhere or stops anything; nothing is skipped silently", async () => {
  const { at, got, dead, start, incoming } = await started();
  const folder = at("incoming");
  const names = [
    Buffer.from([0xff, 0xfe]),
    Buffer.from("a;touch pwned;b"),
    Buffer.from("$(id)"),
    Buffer.from("new\nline"),
  ];
  for (const [index, name] of names.entries()) {
    const path = Buffer.concat([Buffer.from(`${folder}/`), name]);
    writeFileSync(path, smsdFile({ from: "+491701234567", text: `odd ${index}`, reference: index }));
  }
  symlinkSync("/etc/passwd", `${folder}/GSM1.linked`);
  symlinkSync(at("processed"), `${folder}/GSM1.lnkdir`);
  execFileSync("mkfifo", [`${folder}/GSM1.fifooo`]);
  writeFileSync(`${folder}/GSM1.hugehu`, Buffer.alloc(10_000_000, "x"));
  writeFileSync(`${folder}/GSM1.garbag`, Buffer.from([0, 1, 2, 0x0a, 255]));
  mkdirSync(`${folder}/saved`);
  await start();
  await vi.waitFor(() => expect(incoming.state()).toMatchObject({ waiting: 0, deadLetters: 5 }), 5_000);
  expect(readdirSync(folder)).toEqual(["saved"]);
  expect(got).toHaveLength(4);
  expect(got.every(({ file }) => file === undefined)).toBe(true);
  expect(dead).toHaveLength(5);
  const kept = readdirSync(at("dead")).filter((name) => name.endsWith(".why"));
  for (const name of kept) {
    expect(JSON.parse(readFileSync(`${at("dead")}/${name}`, "utf8"))).toMatchObject({
      format: "modemkeeper.dead-letter/1",
    });
  }
});

test("a folder that is replaced while the agent runs is found again at the next look", async () => {
  const { at, got, start, incoming } = await started();
  await start();
  await vi.waitFor(() => expect(incoming.state()?.waiting).toBe(0));
  renameSync(at("incoming"), at("old"));
  mkdirSync(at("incoming"));
  writeFileSync(at("incoming/GSM1.aaaaaa"), smsdFile({ from: "+491701234567", text: "new folder" }));
  await incoming.stop();
  await start();
  await vi.waitFor(() => expect(got).toHaveLength(1));
});
