import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { RealSecrets } from "../../../host/secrets.ts";
import { scratchFolder } from "./scratch.ts";

const secrets = new RealSecrets("/");

async function secretFile(content: string, mode = 0o600): Promise<string> {
  const path = join(await scratchFolder(), "pin");
  await writeFile(path, content, { mode });
  return path;
}

test("a file's value comes without its final newline, and only that one", async () => {
  expect(await secrets.read({ from: "file", path: await secretFile("1234\n") })).toBe("1234");
  expect(await secrets.read({ from: "file", path: await secretFile(" 12\n34\r\n") })).toBe(" 12\n34");
});

test.each([0o644, 0o640, 0o604, 0o620])("a file with mode %o is refused with the chmod to type", async (mode) => {
  const path = await secretFile("1234");
  await chmod(path, mode);
  await expect(secrets.read({ from: "file", path })).rejects.toMatchObject({
    code: "precondition-missing",
    fix: `\`chmod 600 ${path}\``,
  });
});

test("absent, empty, a folder, a link: each is said, and the value never is", async () => {
  const folder = await scratchFolder();
  const real = await secretFile("1234");
  await symlink(real, join(folder, "l"));
  const empty = await secretFile("\n");
  const said = (path: string) => secrets.read({ from: "file", path }).catch((error: Error) => error.message);
  expect(await said(join(folder, "none"))).toMatch(/there is no such file$/);
  expect(await said(empty)).toMatch(/it is empty$/);
  expect(await said(folder)).toMatch(/it is not a regular file$/);
  expect(await said(join(folder, "l"))).toMatch(/it is a symbolic link/);
});

test("the environment gives a value, or says what to set", async () => {
  process.env.MODEMKEEPER_TEST_PIN = "4321";
  onTestFinished(() => void delete process.env.MODEMKEEPER_TEST_PIN);
  expect(await secrets.read({ from: "env", name: "MODEMKEEPER_TEST_PIN" })).toBe("4321");
  await expect(secrets.read({ from: "env", name: "MODEMKEEPER_TEST_NONE" })).rejects.toMatchObject({
    code: "precondition-missing",
    fix: "set MODEMKEEPER_TEST_NONE in the environment",
  });
});

test("a credential comes from the unit's folder first, then from the target's credstore", async () => {
  const [root, given] = [await scratchFolder(), await scratchFolder()];
  await mkdir(join(root, "etc/credstore"), { recursive: true });
  for (const name of ["pin", "token"]) await writeFile(join(root, "etc/credstore", name), "stored", { mode: 0o600 });
  await writeFile(join(given, "pin"), "given", { mode: 0o400 });
  const before = process.env.CREDENTIALS_DIRECTORY;
  process.env.CREDENTIALS_DIRECTORY = given;
  onTestFinished(() => {
    if (before === undefined) delete process.env.CREDENTIALS_DIRECTORY;
    else process.env.CREDENTIALS_DIRECTORY = before;
  });
  const rooted = new RealSecrets(root);
  expect(await rooted.read({ from: "credential", name: "pin" })).toBe("given");
  expect(await rooted.read({ from: "credential", name: "token" })).toBe("stored");
  await expect(rooted.read({ from: "credential", name: "../pin" })).rejects.toThrow(/no credential name/);
});
