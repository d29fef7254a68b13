import { execFileSync } from "node:child_process";
import { lstatSync, readdirSync, readFileSync, statSync, watch } from "node:fs";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ModemkeeperError } from "../../../core/errors.ts";
import { RealFiles } from "../../../host/files.ts";
import { isRoot, me, scratchFolder } from "./scratch.ts";

const files = new RealFiles("/");
const spec = (content: string, mode = 0o640) => ({ content, mode, ...me() });

test("what was written is read back with its mode, whatever the umask", async () => {
  const path = join(await scratchFolder(), "smsd.conf");
  const before = process.umask(0o077);
  onTestFinished(() => void process.umask(before));
  await files.write(path, spec("devices = GSM1\n", 0o664));
  expect(await files.read(path)).toMatchObject({ kind: "file", content: "devices = GSM1\n", mode: 0o664 });
});

test("missing parent folders are made 0755, whatever the umask", async () => {
  const folder = await scratchFolder();
  const before = process.umask(0o077);
  onTestFinished(() => void process.umask(before));
  await files.write(join(folder, "a/b/c"), spec("x"));
  expect([statSync(join(folder, "a")).mode & 0o777, statSync(join(folder, "a/b")).mode & 0o777]).toEqual([
    0o755, 0o755,
  ]);
});

test("a reader never sees a half-written file: each look shows the old text or the whole new one", async () => {
  const folder = await scratchFolder();
  const path = join(folder, "f");
  const [old, fresh] = ["a".repeat(200_000), "b".repeat(300_000)];
  await files.write(path, spec(old));
  const seen = new Set<string>();
  const watcher = watch(folder, () => seen.add(readFileSync(path, "utf8")));
  onTestFinished(() => watcher.close());
  for (const text of [fresh, old, fresh]) await files.write(path, spec(text));
  await expect.poll(() => seen.size).toBeGreaterThan(0);
  expect([...seen].every((text) => text === old || text === fresh)).toBe(true);
});

test("the name appears with its final mode already set", async () => {
  const folder = await scratchFolder();
  const path = join(folder, "secret");
  const modes = new Set<number>();
  const watcher = watch(folder, (_, name) => {
    if (name === "secret") modes.add(statSync(path).mode & 0o777);
  });
  onTestFinished(() => watcher.close());
  await files.write(path, spec("1234", 0o600));
  await expect.poll(() => modes.size).toBeGreaterThan(0);
  expect([...modes]).toEqual([0o600]);
});

test("a link where the file should go is replaced, and what it pointed to stays as it was", async () => {
  const folder = await scratchFolder();
  const [path, victim] = [join(folder, "smsd.conf"), join(folder, "victim")];
  await writeFile(victim, "untouched");
  await symlink(victim, path);
  await files.write(path, spec("new"));
  expect(lstatSync(path).isFile()).toBe(true);
  expect(readFileSync(victim, "utf8")).toBe("untouched");
});

test("what a killed writer left is removed by the next write to that path, and nothing else is", async () => {
  const folder = await scratchFolder();
  await writeFile(join(folder, ".f.modemkeeper-00aa11bb"), "half");
  await writeFile(join(folder, ".g.modemkeeper-00aa11bb"), "another file's");
  await files.write(join(folder, "f"), spec("x"));
  expect(readdirSync(folder).sort()).toEqual([".g.modemkeeper-00aa11bb", "f"]);
});

test("a link is read as a link, a folder as a folder, a FIFO as other, nothing as undefined", async () => {
  const folder = await scratchFolder();
  await files.link(join(folder, "l"), "/dev/null");
  execFileSync("mkfifo", [join(folder, "p")]);
  expect(await files.read(join(folder, "l"))).toMatchObject({ kind: "link", target: "/dev/null" });
  expect(await files.read(folder)).toMatchObject({ kind: "directory" });
  expect(await files.read(join(folder, "p"))).toMatchObject({ kind: "other" });
  expect(await files.read(join(folder, "none"))).toBeUndefined();
  expect(await files.read(join(folder, "p/below"))).toBeUndefined();
});

test("content that is not UTF-8 survives reading and writing back, byte for byte", async () => {
  const folder = await scratchFolder();
  const bytes = Buffer.from([0x64, 0xe9, 0xff, 0x00, 0x0a]);
  await writeFile(join(folder, "old"), bytes);
  const entry = await files.read(join(folder, "old"));
  if (entry?.kind !== "file") throw new Error("expected a file");
  await files.write(join(folder, "copy"), { ...spec(entry.content), encoding: entry.encoding ?? "utf8" });
  expect(readFileSync(join(folder, "copy"))).toEqual(bytes);
});

test("link replaces a link or a file in one step", async () => {
  const path = join(await scratchFolder(), "unit");
  await files.write(path, spec("[Unit]"));
  await files.link(path, "/dev/null");
  await files.link(path, "/elsewhere");
  expect(await files.read(path)).toMatchObject({ kind: "link", target: "/elsewhere" });
});

test("makeDirectory sets mode and owner, also on a folder that exists", async () => {
  const path = join(await scratchFolder(), "spool");
  await files.makeDirectory(path, { mode: 0o3775, ...me() });
  expect(statSync(path).mode & 0o7777).toBe(0o3775);
  await files.makeDirectory(path, { mode: 0o750, ...me() });
  expect(statSync(path).mode & 0o7777).toBe(0o750);
});

test.each(["makeDirectory", "setAttributes"] as const)("%s does not go through a link", async (method) => {
  const folder = await scratchFolder();
  await mkdir(join(folder, "real"), { mode: 0o700 });
  await symlink(join(folder, "real"), join(folder, "l"));
  await expect(files[method](join(folder, "l"), { mode: 0o777, ...me() })).rejects.toMatchObject({ code: "io" });
  expect(statSync(join(folder, "real")).mode & 0o777).toBe(0o700);
});

test("remove takes files, links and empty folders; nothing there is fine; a full folder is refused", async () => {
  const folder = await scratchFolder();
  await files.write(join(folder, "f"), spec("x"));
  await files.link(join(folder, "l"), join(folder, "f"));
  await files.makeDirectory(join(folder, "d"), { mode: 0o755, ...me() });
  for (const name of ["l", "d", "none"]) await files.remove(join(folder, name));
  expect(await files.list(folder)).toEqual(["f"]);
  await expect(files.remove(folder)).rejects.toThrow(`cannot remove ${folder}: the folder is not empty`);
});

test("list of a missing folder is empty", async () => {
  expect(await files.list(join(await scratchFolder(), "none"))).toEqual([]);
});

test("a folder where the file should go is one sentence that names the path", async () => {
  const path = join(await scratchFolder(), "d");
  await mkdir(path);
  await expect(files.write(path, spec("x"))).rejects.toThrow(`cannot write ${path}: a folder is in its place`);
  expect(readdirSync(join(path, ".."))).toEqual(["d"]);
});

test("an unknown owner is refused before anything is touched", async () => {
  const folder = await scratchFolder();
  const write = files.write(join(folder, "f"), { content: "x", mode: 0o644, owner: "no-such-user", group: "root" });
  await expect(write).rejects.toMatchObject({ code: "precondition-missing", message: /no user "no-such-user"/ });
  expect(readdirSync(folder)).toEqual([]);
});

test("a full disk leaves the old file, no sibling, and one sentence naming the path", async ({ skip }) => {
  skip(!isRoot, "mounting a tiny file system needs root");
  const folder = await mountedFolder("size=64k");
  const path = join(folder, "smsd.conf");
  await files.write(path, spec("old"));
  const error = await files.write(path, spec("x".repeat(200_000))).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ModemkeeperError);
  expect(error).toMatchObject({ code: "io", message: `cannot write ${path}: no space left on its file system` });
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["smsd.conf"]);
});

test("a read-only file system is one sentence naming the path", async ({ skip }) => {
  skip(!isRoot, "mounting a read-only file system needs root");
  const folder = await mountedFolder("ro,size=64k");
  const write = files.write(join(folder, "f"), spec("x"));
  await expect(write).rejects.toThrow(`cannot write ${join(folder, "f")}: its file system is read-only`);
});

test("an unwritable folder is one sentence with what to do", async () => {
  const folder = await scratchFolder();
  await chmod(folder, 0o555);
  onTestFinished(() => chmod(folder, 0o755));
  becomeOrdinary();
  const write = files.write(join(folder, "f"), spec("x"));
  await expect(write).rejects.toMatchObject({ message: /permission denied/, fix: /sudo/ });
});

async function mountedFolder(options: string): Promise<string> {
  const folder = await scratchFolder();
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "modemkeeper-test", folder]);
  onTestFinished(() => void execFileSync("umount", [folder]));
  return folder;
}

/** Root may write everywhere: for this test it becomes nobody. */
function becomeOrdinary(): void {
  if (!isRoot || !process.seteuid) return;
  process.seteuid("nobody");
  onTestFinished(() => process.seteuid?.(0));
}
