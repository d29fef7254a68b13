import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RealLineFiles } from "../../../host/line-files.ts";
import { scratchFolder } from "./scratch.ts";

const NEVER_ROTATED = { rotateAt: 100_000_000, keep: 5 };

async function scratchFile(): Promise<string> {
  return join(await scratchFolder(), "log/sms.jsonl");
}

describe("lines", () => {
  test("are appended; file and folder are made for their owner's eyes", async () => {
    const path = await scratchFile();
    const files = new RealLineFiles();
    await files.append(path, "one", NEVER_ROTATED);
    await files.append(path, "Grüße", NEVER_ROTATED);
    expect(readFileSync(path, "utf8")).toBe("one\nGrüße\n");
    expect(statSync(path).mode & 0o7777).toBe(0o640);
    expect(statSync(join(path, "..")).mode & 0o7777).toBe(0o750);
  });

  test("of many at once all are there, in their order", async () => {
    const path = await scratchFile();
    const files = new RealLineFiles();
    const lines = Array.from({ length: 500 }, (_, index) => `${index} ${"x".repeat(index)}`);
    await Promise.all(lines.map((line) => files.append(path, line, NEVER_ROTATED)));
    expect(readFileSync(path, "utf8")).toBe(`${lines.join("\n")}\n`);
  });

  test("after the half of a line that a crash left, a new line begins", async () => {
    const path = join(await scratchFolder(), "file");
    writeFileSync(path, '{"whole":1}\n{"ha');
    const files = new RealLineFiles();
    await files.append(path, "next", NEVER_ROTATED);
    await files.append(path, "and next", NEVER_ROTATED);
    expect(readFileSync(path, "utf8")).toBe('{"whole":1}\n{"ha\nnext\nand next\n');
  });

  test("go on in a new file when another program has moved the old one away", async () => {
    const path = await scratchFile();
    const files = new RealLineFiles();
    await files.append(path, "one", NEVER_ROTATED);
    writeFileSync(`${path}.moved`, "");
    const { renameSync } = await import("node:fs");
    renameSync(path, `${path}.moved`);
    await files.append(path, "two", NEVER_ROTATED);
    expect(readFileSync(path, "utf8")).toBe("two\n");
  });
});

describe("rotation", () => {
  test("no file exceeds its size, the newest are kept, and no line is cut or lost on the way", async () => {
    const path = await scratchFile();
    const files = new RealLineFiles();
    const lines = Array.from({ length: 40 }, (_, index) => `line ${String(index).padStart(4, "0")}`);
    await Promise.all(lines.map((line) => files.append(path, line, { rotateAt: 50, keep: 3 })));
    expect(readdirSync(join(path, "..")).sort()).toEqual(["sms.jsonl", "sms.jsonl.1", "sms.jsonl.2", "sms.jsonl.3"]);
    const kept = [".3", ".2", ".1", ""].map((suffix) => readFileSync(`${path}${suffix}`, "utf8"));
    expect(kept.every((text) => text.length <= 50 && text.endsWith("\n"))).toBe(true);
    expect(kept.join("").trim().split("\n")).toEqual(lines.slice(-kept.join("").trim().split("\n").length));
    expect(kept.join("").trim().split("\n").length).toBeGreaterThanOrEqual(16);
  });

  test("a line that is longer than a file may be gets one for itself", async () => {
    const path = await scratchFile();
    const files = new RealLineFiles();
    for (const line of ["short", "l".repeat(100), "short"]) await files.append(path, line, { rotateAt: 50, keep: 5 });
    expect(readFileSync(`${path}.2`, "utf8")).toBe("short\n");
    expect(readFileSync(`${path}.1`, "utf8")).toBe(`${"l".repeat(100)}\n`);
    expect(readFileSync(path, "utf8")).toBe("short\n");
  });

  test("none kept: the full file goes", async () => {
    const path = await scratchFile();
    const files = new RealLineFiles();
    for (const line of ["a".repeat(40), "b".repeat(40)]) await files.append(path, line, { rotateAt: 50, keep: 0 });
    expect(readdirSync(join(path, ".."))).toEqual(["sms.jsonl"]);
    expect(readFileSync(path, "utf8")).toBe(`${"b".repeat(40)}\n`);
  });
});

describe("what is refused", () => {
  test("a link, a folder, a device", async () => {
    const folder = await scratchFolder();
    const files = new RealLineFiles();
    const [link, target] = [join(folder, "link"), join(folder, "target")];
    symlinkSync(target, link);
    mkdirSync(join(folder, "folder"));
    for (const path of [link, join(folder, "folder"), "/dev/null"]) {
      await expect(files.append(path, "x", NEVER_ROTATED)).rejects.toMatchObject({ code: "io" });
    }
    expect(existsSync(target)).toBe(false);
  });

  test("a full disk, told to all that wait, and tried again later", async () => {
    const files = new RealLineFiles();
    // Every write to it fails with ENOSPC; it is no regular file, so that is what stops us first.
    await expect(files.append("/dev/full", "x", NEVER_ROTATED)).rejects.toMatchObject({ code: "io" });
    const blocked = join(await scratchFolder(), "blocked");
    writeFileSync(blocked, "");
    const path = join(blocked, "file");
    const told = await Promise.allSettled([1, 2, 3].map((n) => files.append(path, String(n), NEVER_ROTATED)));
    expect(told.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    await expect(files.append(path, "x", NEVER_ROTATED)).rejects.toMatchObject({ code: "io" });
  });
});
