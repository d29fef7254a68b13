import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RealFiles } from "../../../host/files.ts";
import { pathResolver } from "../../../host/rooted-path.ts";
import { me, scratchFolder } from "./scratch.ts";

test("under / a path is itself", async () => {
  expect(await pathResolver("/")("/etc//smsd.conf")).toBe("/etc/smsd.conf");
});

test("links on the way stay inside the root, absolute or relative, with as many .. as they like", async () => {
  const root = await scratchFolder();
  await mkdir(join(root, "run/lock"), { recursive: true });
  await mkdir(join(root, "var"));
  await symlink("/run", join(root, "var/run"));
  await symlink("../../../../../run/lock", join(root, "var/lock"));
  const resolve = pathResolver(root);
  expect(await resolve("/var/run/smsd.pid")).toBe(join(root, "run/smsd.pid"));
  expect(await resolve("/var/lock/modem")).toBe(join(root, "run/lock/modem"));
  expect(await resolve("/../../etc/passwd")).toBe(join(root, "etc/passwd"));
});

test("the final component is not followed", async () => {
  const root = await scratchFolder();
  await symlink("/etc/passwd", join(root, "l"));
  expect(await pathResolver(root)("/l")).toBe(join(root, "l"));
});

test("a loop of links ends with an error", async () => {
  const root = await scratchFolder();
  await symlink("/b", join(root, "a"));
  await symlink("/a", join(root, "b"));
  await expect(pathResolver(root)("/a/f")).rejects.toMatchObject({ code: "io", message: /too many symbolic links/ });
});

test("names are those of the root's own user database", async () => {
  const root = await scratchFolder();
  const { uid, gid } = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  await mkdir(join(root, "etc"));
  await writeFile(join(root, "etc/passwd"), `gateway:x:${uid}:${gid}::/:/bin/false\n`);
  await writeFile(join(root, "etc/group"), `modems:x:${gid}:\n`);
  const files = new RealFiles(root);
  await files.write("/etc/f", { content: "x", mode: 0o644, owner: "gateway", group: "modems" });
  expect(await files.read("/etc/f")).toMatchObject({ owner: "gateway", group: "modems" });
});

test("a root folder without a user database knows root, and numbers", async () => {
  const files = new RealFiles(await scratchFolder());
  await files.write("/f", { content: "x", mode: 0o644, ...me() });
  expect(await files.read("/f")).toMatchObject(me());
});
