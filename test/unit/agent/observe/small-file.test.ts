import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { observeFlag } from "../../../../agent/observe/flag.ts";
import { readSmall } from "../../../../agent/observe/small-file.ts";
import { RealFiles } from "../../../../host/files.ts";
import { realStats } from "../../../../host/stats.ts";

/** On a real file system: what anybody may put into /tmp in place of a flag. */

const host = { files: new RealFiles("/"), stats: realStats };
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "modemkeeper-flag-"));
  path = join(folder, "flag");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Without a byte on the disk. */
function huge(file: string): void {
  writeFileSync(file, "");
  truncateSync(file, 2 ** 40);
}

it("reads what is small", async () => {
  writeFileSync(path, "expire:1\n");
  expect(await readSmall(host, path, 4096)).toMatchObject({ kind: "file", content: "expire:1\n" });
});

it("does not read a terabyte", async () => {
  huge(path);
  expect(await readSmall(host, path, 4096)).toMatchObject({ kind: "too-big" });
});

it("takes a link for a link, wherever it leads", async () => {
  huge(join(folder, "target"));
  symlinkSync(join(folder, "target"), path);
  expect(await observeFlag(host, path)).toMatchObject({ kind: "link", content: "" });
  rmSync(join(folder, "target"));
  expect(await observeFlag(host, path)).toMatchObject({ kind: "link", content: "" });
});

it("does not wait for a writer of a FIFO", async () => {
  execFileSync("mkfifo", [path]);
  expect(await observeFlag(host, path)).toMatchObject({ kind: "other", content: "" });
});

it("shows nothing where nothing is", async () => {
  expect(await readSmall(host, path, 4096)).toBeUndefined();
  expect(await readSmall(host, join(path, "below"), 4096)).toBeUndefined();
});
