import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";
import { realFolderWatch } from "../../../host/folder-watch.ts";
import { scratchFolder } from "./scratch.ts";

async function watched() {
  const folder = await scratchFolder();
  const names: (string | undefined)[] = [];
  const unwatch = realFolderWatch.watch(folder, (name) => names.push(name));
  onTestFinished(() => unwatch?.());
  return { folder, names, unwatch };
}

test("what is renamed into the folder, written or made is told with its name, octet by octet", async () => {
  const { folder, names } = await watched();
  const outside = await scratchFolder();
  writeFileSync(`${outside}/x`, "");
  renameSync(`${outside}/x`, `${folder}/renamed`);
  writeFileSync(`${folder}/written`, "text");
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0x41])]), "");
  await vi.waitFor(() => expect(names).toEqual(expect.arrayContaining(["renamed", "written", "\u00ffA"])));
});

test("after the end nothing is told", async () => {
  const { folder, names, unwatch } = await watched();
  writeFileSync(`${folder}/one`, "");
  await vi.waitFor(() => expect(names).toContain("one"));
  unwatch?.();
  writeFileSync(`${folder}/two`, "");
  const other = await watched();
  writeFileSync(`${other.folder}/three`, "");
  await vi.waitFor(() => expect(other.names).toContain("three"));
  expect(names).not.toContain("two");
});

test("a folder that is not there cannot be watched; one that goes away does no harm", async () => {
  const { folder } = await watched();
  expect(realFolderWatch.watch(`${folder}/none`, () => {})).toBeUndefined();
  mkdirSync(`${folder}/gone`);
  const names: (string | undefined)[] = [];
  const unwatch = realFolderWatch.watch(`${folder}/gone`, (name) => names.push(name));
  rmSync(`${folder}/gone`, { recursive: true });
  await vi.waitFor(() => expect(names.length).toBeGreaterThan(0));
  unwatch?.();
});
