import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { filesIn } from "../../../core/files-in.ts";
import { realDisk } from "../../../host/disk.ts";
import { realLogs } from "../../../host/logs.ts";
import { realStats } from "../../../host/stats.ts";
import { scratchFolder } from "./scratch.ts";

describe("logs", () => {
  test("a line is appended to what others wrote; file and folder are made for their owner's eyes", async () => {
    const path = join(await scratchFolder(), "log/modemkeeper/events.jsonl");
    await realLogs.append(path, "one");
    appendFileSync(path, "other\n");
    await realLogs.append(path, "two\n");
    expect(readFileSync(path, "utf8")).toBe("one\nother\ntwo\n");
    expect(statSync(path).mode & 0o7777).toBe(0o640);
    expect(statSync(join(path, "..")).mode & 0o7777).toBe(0o750);
  });

  test("lines written at once do not mix", async () => {
    const path = join(await scratchFolder(), "log");
    const lines = Array.from({ length: 50 }, (_, index) => String(index).repeat(2_000));
    await Promise.all(lines.map((line) => realLogs.append(path, line)));
    expect(readFileSync(path, "utf8").trim().split("\n").sort()).toEqual([...lines].sort());
  });

  test("a link, a folder or a device in the log's place is refused", async () => {
    const folder = await scratchFolder();
    const [link, target] = [join(folder, "link"), join(folder, "target")];
    symlinkSync(target, link);
    await expect(realLogs.append(link, "x")).rejects.toMatchObject({ code: "io" });
    await expect(realLogs.append(folder, "x")).rejects.toMatchObject({ code: "io" });
    await expect(realLogs.append("/dev/null", "x")).rejects.toMatchObject({ code: "io" });
    expect(existsSync(target)).toBe(false);
  });

  test("a full disk is said to be one", async () => {
    await expect(realLogs.append("/dev/full", "x")).rejects.toMatchObject({ code: "io" });
  });

  test("what came since is read, through rotation by name and by truncation", async () => {
    const path = join(await scratchFolder(), "smsd.log");
    expect(await realLogs.readFrom(path, undefined, 100)).toEqual({ text: "", position: { inode: 0, offset: 0 } });
    writeFileSync(path, "one\n");
    const first = await realLogs.readFrom(path, undefined, 100);
    appendFileSync(path, "zwei ü\n");
    const second = await realLogs.readFrom(path, first.position, 100);
    expect(await realLogs.readFrom(path, second.position, 100)).toEqual({ text: "", position: second.position });
    renameSync(path, `${path}.1`);
    writeFileSync(path, "a new file, longer than before\n");
    const renamed = await realLogs.readFrom(path, second.position, 100);
    truncateSync(path, 0);
    appendFileSync(path, "cut\n");
    const cut = await realLogs.readFrom(path, renamed.position, 100);
    const texts = [first, second, renamed, cut].map(({ text }) => text);
    expect(texts).toEqual(["one\n", "zwei ü\n", "a new file, longer than before\n", "cut\n"]);
  });

  test("of more than was asked for, the newest is read, and the position is at the end", async () => {
    const path = join(await scratchFolder(), "smsd.log");
    writeFileSync(path, `${"old\n".repeat(1_000)}new\n`);
    const { text, position } = await realLogs.readFrom(path, undefined, 8);
    expect(text).toBe("old\nnew\n");
    expect(position.offset).toBe(4_004);
  });
});

describe("stats", () => {
  test("what is there has size and time; what is not is undefined", async () => {
    const folder = await scratchFolder();
    writeFileSync(join(folder, "a"), "12345");
    mkdirSync(join(folder, "sub"));
    symlinkSync("a", join(folder, "link"));
    const [a, none, below] = await realStats.of(["a", "none", "a/below"].map((name) => join(folder, name)));
    expect(a).toEqual({
      inode: statSync(join(folder, "a")).ino,
      size: 5,
      modifiedAt: statSync(join(folder, "a")).mtimeMs,
    });
    expect([none, below]).toEqual([undefined, undefined]);
    expect(await filesIn(realStats, folder)).toEqual([{ name: "a", ...a }]);
    const regular = ["a", "sub", "link", "none"].map((name) => realStats.regular(join(folder, name)));
    expect(await Promise.all(regular)).toEqual([a, undefined, undefined, undefined]);
    expect(await filesIn(realStats, join(folder, "none"))).toEqual([]);
  });

  test("a message is moved, its new folder for root alone, within a file system and across", async () => {
    const folder = await scratchFolder();
    // /dev/shm is a file system of its own on every Linux.
    for (const home of [folder, "/dev/shm"]) {
      const from = join(home, `message-${process.pid}`);
      writeFileSync(from, "private", { mode: 0o660 });
      chmodSync(from, 0o660);
      const to = join(folder, home === folder ? "near" : "far", "message");
      await realStats.move(from, to);
      expect(existsSync(from)).toBe(false);
      expect(readFileSync(to, "utf8")).toBe("private");
      expect(lstatSync(join(to, "..")).mode & 0o7777).toBe(0o700);
    }
    await expect(realStats.move(join(folder, "none"), join(folder, "x"))).rejects.toMatchObject({ code: "io" });
  });
});

test("room is told where there is a file system, and nothing where there is no path", async () => {
  const room = await realDisk.room(await scratchFolder());
  expect(room?.bytes).toBeGreaterThan(0);
  expect(room?.files).toBeGreaterThan(0);
  expect(await realDisk.room("/no/such/path")).toBeUndefined();
  // Counts no inodes.
  expect((await realDisk.room("/proc"))?.files).toBe(Number.POSITIVE_INFINITY);
});
