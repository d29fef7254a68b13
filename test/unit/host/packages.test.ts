import { expect, test } from "vitest";
import { ModemkeeperError } from "../../../core/errors.ts";
import type { Exec } from "../../../host/exec.ts";
import { RealPackages } from "../../../host/packages.ts";
import { recordingExec, scratchFolder } from "./scratch.ts";

const HAVE = { stdout: "smstools:\n  Installed: (none)\n  Candidate: 3.1.21-4+b1\n" };
const NONE = { stdout: "smstools:\n  Installed: (none)\n  Candidate: (none)\n" };

async function packagesIn(root: string, answers: Parameters<typeof recordingExec>[0]) {
  const recording = recordingExec(answers);
  return { ...recording, packages: new RealPackages(recording.exec, root) };
}

test.each([
  [{ code: 0, stdout: "installed 3.1.21-4+b1" }, "3.1.21-4+b1"],
  [{ code: 0, stdout: "config-files 3.1.21-4+b1" }, undefined],
  [{ code: 1, stderr: "no packages found" }, undefined],
])("dpkg-query's %j means version %s", async (answer, version) => {
  const { packages } = await packagesIn("/", { "dpkg-query": answer });
  expect(await packages.installed("smstools")).toBe(version);
});

test.each([
  [HAVE, "3.1.21-4+b1"],
  [NONE, undefined],
  [{ stdout: "" }, undefined],
])("apt-cache's %j means candidate %s", async (answer, version) => {
  const { packages } = await packagesIn("/", { "apt-cache": answer });
  expect(await packages.candidate("smstools")).toBe(version);
});

test("an installation asks nothing, keeps configuration files, and brings no init script where systemd does not run", async () => {
  const root = await scratchFolder();
  const { packages, calls } = await packagesIn(root, { [`chroot ${root} apt-cache`]: HAVE });
  await packages.install(["smstools"], () => {});
  const call = calls.at(-1);
  expect(call?.line).toBe(
    `chroot ${root} apt-get -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold ` +
      "-o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 " +
      "-o Dpkg::Options::=--path-exclude=/etc/init.d/smstools install -y --no-install-recommends -- smstools",
  );
  expect(call?.options?.env).toMatchObject({ DEBIAN_FRONTEND: "noninteractive", UCF_FORCE_CONFFOLD: "1" });
});

test("package lists that lack it are read anew, once; then it is said plainly and nothing is installed", async () => {
  const root = await scratchFolder();
  const { packages, lines } = await packagesIn(root, { [`chroot ${root} apt-cache`]: NONE });
  await expect(packages.install(["smstools"], () => {})).rejects.toMatchObject({
    code: "precondition-missing",
    message: "no package smstools to be had",
  });
  expect(lines().filter((line) => line.includes("apt-get"))).toEqual([`chroot ${root} apt-get update`]);
});

test("what apt says when it fails reaches the reader as a missing precondition", async () => {
  const root = await scratchFolder();
  const { exec } = recordingExec({ [`chroot ${root} apt-cache`]: HAVE });
  const failing: Exec = async (command, args, options) => {
    if (!args.includes("install")) return exec(command, args, options);
    throw new ModemkeeperError("command-failed", "`apt-get` failed with exit code 100", { why: "it said: E: no net" });
  };
  await expect(new RealPackages(failing, root).install(["smstools"], () => {})).rejects.toMatchObject({
    code: "precondition-missing",
    message: "cannot install smstools: `apt-get` failed with exit code 100",
    why: "it said: E: no net",
  });
});

test("files that are gone from the mirrors are looked up anew, once", async () => {
  const { exec, lines } = recordingExec({ "apt-cache": HAVE });
  let refusals = 0;
  const failing: Exec = async (command, args, options) => {
    const result = await exec(command, args, options);
    if (!args.includes("install") || refusals > 0) return result;
    refusals += 1;
    throw new ModemkeeperError("command-failed", "`apt-get` failed", { why: "it said: E: Failed to fetch … 404" });
  };
  await new RealPackages(failing, "/").install(["smstools"], () => {});
  const verbs = lines().flatMap((line) => / (update|install) ?/.exec(line)?.[1] ?? []);
  expect(verbs).toEqual(["install", "update", "install"]);
});

test("remove skips what is not there, and purges what left only its configuration", async () => {
  const { packages, lines } = await packagesIn("/", {
    "dpkg-query -W -f=${db:Status-Status} ${Version} -- gone": { code: 1 },
    "dpkg-query": { stdout: "config-files 1.0" },
  });
  await packages.remove(["gone"], { purge: true });
  expect(lines().filter((line) => line.startsWith("apt-get"))).toEqual([]);
  await packages.remove(["gone", "smstools"], { purge: true });
  expect(lines().at(-1)).toBe("apt-get -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 purge -y -- smstools");
});
