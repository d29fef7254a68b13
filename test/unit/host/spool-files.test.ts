import { execFileSync } from "node:child_process";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { Place, SpoolFiles } from "../../../core/delivery-ports.ts";
import { RealSpoolFiles } from "../../../host/spool-files.ts";
import { scratchFolder } from "./scratch.ts";

const LIMIT = 1_048_576;

async function names(files: SpoolFiles, folder: string): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const group of files.names(folder)) all.push(...group);
  return all.sort();
}

function contentOf(files: SpoolFiles, place: Place): string {
  const file = files.read(place, LIMIT);
  return file?.kind === "file" ? Buffer.from(file.content).toString("latin1") : `${file?.kind}`;
}

test("a file is read whole, and again, whatever was read before", async () => {
  const folder = await scratchFolder();
  const files = new RealSpoolFiles();
  const large = "x".repeat(LIMIT);
  writeFileSync(`${folder}/large`, large);
  writeFileSync(`${folder}/small`, "small");
  writeFileSync(`${folder}/empty`, "");
  expect(contentOf(files, { folder, name: "large" })).toBe(large);
  expect(contentOf(files, { folder, name: "small" })).toBe("small");
  expect(contentOf(files, { folder, name: "empty" })).toBe("");
  expect(files.read({ folder, name: "none" }, LIMIT)).toBeUndefined();
  expect(files.look({ folder, name: "none" })).toBeUndefined();
});

test("times have nanoseconds", async () => {
  const folder = await scratchFolder();
  writeFileSync(`${folder}/one`, "");
  execFileSync("touch", ["-d", "2026-11-22T10:00:00.123456789Z", `${folder}/one`]);
  expect(new RealSpoolFiles().look({ folder, name: "one" })?.modifiedAt).toBe(1_795_341_600_123_456_789n);
});

test("what is too large, a link, a FIFO, a socket or a folder is not read", async () => {
  const folder = await scratchFolder();
  const files = new RealSpoolFiles();
  writeFileSync(`${folder}/huge`, "");
  truncateSync(`${folder}/huge`, LIMIT + 1);
  symlinkSync("/etc/passwd", `${folder}/link`);
  symlinkSync("nowhere", `${folder}/dangling`);
  execFileSync("mkfifo", [`${folder}/fifo`]);
  mkdirSync(`${folder}/folder`);
  const server = createServer();
  await new Promise<void>((listening) => server.listen(`${folder}/socket`, listening));
  onTestFinished(() => void server.close());
  const kinds = ["huge", "link", "dangling", "fifo", "socket", "folder"].map(
    (name) => files.read({ folder, name }, LIMIT)?.kind,
  );
  expect(kinds).toEqual(["too-big", "other", "other", "other", "other", "folder"]);
});

test("every name that a folder can hold is listed and can be moved; none leads elsewhere", async () => {
  const folder = await scratchFolder();
  const files = new RealSpoolFiles();
  const odd = [
    Buffer.from([0xff, 0xfe, 0x80]),
    Buffer.from("new\nline"),
    Buffer.from("grün €"),
    Buffer.from("; rm -rf $HOME `x`"),
    Buffer.from("-rf"),
  ];
  for (const name of odd) writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), name]), "odd");
  const found = await names(files, folder);
  expect(found).toEqual(odd.map((name) => name.toString("latin1")).sort());
  await files.makeFolder(`${folder}/kept`);
  for (const [index, name] of found.entries()) {
    expect(contentOf(files, { folder, name })).toBe("odd");
    await files.move({ folder, name }, { folder: `${folder}/kept`, name: `${index}` });
  }
  expect(readdirSync(`${folder}/kept`)).toHaveLength(5);
  for (const name of ["..", ".", "", "../kept/0", "a\0b"]) {
    expect(() => files.read({ folder: `${folder}/kept`, name }, LIMIT)).toThrow("cannot use the name");
    await expect(files.move({ folder, name }, { folder, name: "x" })).rejects.toThrow("cannot use the name");
  }
});

test("a small file is written whole, 0600, in place of whatever was there", async () => {
  const folder = await scratchFolder();
  const files = new RealSpoolFiles();
  symlinkSync("/etc/passwd", `${folder}/state`);
  await files.write({ folder, name: "state" }, "one\n");
  await files.write({ folder, name: "state" }, "two\n");
  expect(readFileSync(`${folder}/state`, "utf8")).toBe("two\n");
  expect(lstatSync(`${folder}/state`).isFile()).toBe(true);
  expect(statSync(`${folder}/state`).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(["state"]);
});

test("where it cannot be written nothing is left over, and the error names the place", async () => {
  const folder = await scratchFolder();
  const files = new RealSpoolFiles();
  mkdirSync(`${folder}/state`);
  await expect(files.write({ folder, name: "state" }, "x")).rejects.toMatchObject({ code: "io" });
  expect(readdirSync(folder)).toEqual(["state"]);
  await expect(names(files, `${folder}/none`)).rejects.toThrow(`cannot list ${folder}/none`);
  await expect(files.move({ folder, name: "gone" }, { folder, name: "x" })).rejects.toThrow(`${folder}/gone`);
});

test("folders are made for root alone, and being there is fine", async () => {
  const folder = await scratchFolder();
  const files = new RealSpoolFiles();
  await files.makeFolder(`${folder}/a/b`);
  await files.makeFolder(`${folder}/a/b`);
  expect(statSync(`${folder}/a/b`).mode & 0o777).toBe(0o700);
});

test("a message keeps its time when it is moved, and goes to another filesystem, too", async () => {
  const folder = await scratchFolder();
  const files = new RealSpoolFiles();
  const from = { folder, name: "GSM1.aaaaaa" };
  writeFileSync(`${folder}/GSM1.aaaaaa`, "text");
  utimesSync(`${folder}/GSM1.aaaaaa`, 1_700_000_000, 1_700_000_000);
  // A tmpfs, as a rule on another device than where tests have their folders.
  const elsewhere = `/dev/shm/modemkeeper-${process.pid}`;
  mkdirSync(elsewhere);
  onTestFinished(() => execFileSync("rm", ["-r", elsewhere]) && undefined);
  await files.move(from, { folder: elsewhere, name: "moved" });
  expect(readFileSync(`${elsewhere}/moved`, "utf8")).toBe("text");
  expect(readdirSync(elsewhere)).toEqual(["moved"]);
  expect(readdirSync(folder)).toEqual([]);
  expect(statSync(`${elsewhere}/moved`).mtimeMs).toBe(1_700_000_000_000);
});

test("what many ask for at the same time is synced once or twice, and an error reaches all of them", async () => {
  const folder = await scratchFolder();
  const files = new RealSpoolFiles();
  await Promise.all(Array.from({ length: 100 }, () => files.durable(folder)));
  const all = await Promise.allSettled(Array.from({ length: 3 }, () => files.durable(`${folder}/none`)));
  expect(all.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  await files.durable(folder);
});

test("removing what is not there is fine; a link is removed and not followed", async () => {
  const folder = await scratchFolder();
  const files = new RealSpoolFiles();
  writeFileSync(`${folder}/target`, "");
  symlinkSync(`${folder}/target`, `${folder}/link`);
  await files.remove({ folder, name: "link" });
  await files.remove({ folder, name: "link" });
  expect(readdirSync(folder)).toEqual(["target"]);
});
