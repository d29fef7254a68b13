import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RealAccounts } from "../../../host/accounts.ts";
import { zxExec } from "../../../host/zx-exec.ts";
import { isRoot, recordingExec, scratchFolder } from "./scratch.ts";

async function target(): Promise<string> {
  const root = await scratchFolder();
  await mkdir(join(root, "etc"));
  await writeFile(join(root, "etc/passwd"), "root:x:0:0:root:/root:/bin/bash\n");
  await writeFile(join(root, "etc/group"), "root:x:0:\ndialout:x:20:other,smsd\nadm:x:4:smsd\nsmsd:x:120:\n");
  return root;
}

test("a user is read with its group and its further groups", async () => {
  const root = await target();
  await writeFile(join(root, "etc/passwd"), "smsd:x:110:120::/nonexistent:/usr/sbin/nologin\n");
  const accounts = new RealAccounts(recordingExec().exec, root);
  expect(await accounts.user("smsd")).toEqual({ name: "smsd", group: "smsd", groups: ["dialout", "adm"] });
  expect(await accounts.user("nobody")).toBeUndefined();
  expect([await accounts.groupExists("adm"), await accounts.groupExists("ad")]).toEqual([true, false]);
});

test("a user database that changes is read anew", async () => {
  const root = await target();
  const accounts = new RealAccounts(recordingExec().exec, root);
  expect(await accounts.groupExists("modems")).toBe(false);
  await appendFile(join(root, "etc/group"), "modems:x:900:\n");
  expect(await accounts.groupExists("modems")).toBe(true);
});

test("on the machine itself the tools get no prefix; a name that looks like an option stays a name", async () => {
  const { exec, lines } = recordingExec();
  await new RealAccounts(exec, "/").addGroup("-x");
  expect(lines()).toEqual(["groupadd --system -- -x"]);
});

test("the real tools make, change and remove an account in a root folder, and this machine's stay as they are", async ({
  skip,
}) => {
  skip(!isRoot, "useradd --prefix needs root");
  const root = await target();
  const before = await readFile("/etc/passwd", "utf8");
  const accounts = new RealAccounts(zxExec, root);
  await accounts.addGroup("gateway");
  await accounts.addUser({ name: "gateway", group: "gateway", home: "/nonexistent" });
  await accounts.addToGroup("gateway", "dialout");
  await accounts.addToGroup("gateway", "adm");
  expect(await accounts.user("gateway")).toEqual({ name: "gateway", group: "gateway", groups: ["dialout", "adm"] });
  await accounts.removeFromGroup("gateway", "adm");
  expect((await accounts.user("gateway"))?.groups).toEqual(["dialout"]);
  expect(await readFile(join(root, "etc/passwd"), "utf8")).toMatch(/^gateway:.*:\/nonexistent:\/usr\/sbin\/nologin$/m);
  await accounts.removeUser("gateway");
  await accounts.removeUser("gateway");
  expect([await accounts.user("gateway"), await accounts.groupExists("gateway")]).toEqual([undefined, false]);
  expect(await readFile("/etc/passwd", "utf8")).toBe(before);
});
