import { execFile } from "node:child_process";
import { readFile, stat, symlink, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { ModemkeeperError } from "../../../core/errors.ts";
import type { Exec } from "../../../host/exec.ts";
import { RealInspection } from "../../../host/inspection.ts";
import { spawnExec } from "../../../host/spawn-exec.ts";
import { scratchFolder } from "./scratch.ts";

const run = promisify(execFile);
/** Tools that answer as the table says; others are not installed. */
function tools(answers: Readonly<Record<string, string | Error>>): Exec {
  return async (command, args) => {
    const answer = answers[command] ?? answers[`${command} ${args[0]}`];
    if (answer === undefined) throw new ModemkeeperError("precondition-missing", `${command} is not installed`);
    if (answer instanceof Error) throw answer;
    return { code: 0, stdout: answer, stderr: "" };
  };
}

describe("an archive", () => {
  const files = [
    { name: "MANIFEST", content: "what is in it\n" },
    { name: "units/a.service", content: "[Unit]\nDescription=ä\n" },
  ];

  it("is for its owner alone, and real tar unpacks it", async () => {
    const folder = await scratchFolder();
    const archive = `${folder}/b.tar.gz`;
    await new RealInspection(spawnExec).pack(archive, "bundle", files);
    expect((await stat(archive)).mode & 0o777).toBe(0o600);
    await run("tar", ["-xzf", archive, "-C", folder]);
    for (const { name, content } of files) expect(await readFile(`${folder}/bundle/${name}`, "utf8")).toBe(content);
    expect((await stat(`${folder}/bundle/units/a.service`)).mode & 0o077).toBe(0);
  });

  it("replaces a link in its place rather than writing through it", async () => {
    const folder = await scratchFolder();
    await writeFile(`${folder}/victim`, "untouched");
    await symlink(`${folder}/victim`, `${folder}/b.tar.gz`);
    await new RealInspection(spawnExec).pack(`${folder}/b.tar.gz`, "bundle", files);
    expect(await readFile(`${folder}/victim`, "utf8")).toBe("untouched");
  });

  it("that cannot be written is one clear error", async () => {
    const folder = await scratchFolder();
    const packing = new RealInspection(spawnExec).pack(`${folder}/no/such/folder/b.tar.gz`, "bundle", files);
    await expect(packing).rejects.toThrow(/cannot write .*\/no\/such\/folder\/b\.tar\.gz/);
  });
});

describe("the kernel's messages", () => {
  it("come from the journal, and where it shows none from dmesg", async () => {
    const line = "2026-01-10T21:03:11+0100 jetson kernel: usb 1-2: USB disconnect, device number 7\n";
    expect(await new RealInspection(tools({ journalctl: line })).kernelLog(10)).toBe(line);
    expect(await new RealInspection(tools({ journalctl: "", dmesg: "a\nb\nc" })).kernelLog(2)).toBe("b\nc");
    expect(await new RealInspection(tools({ journalctl: "-- No entries --\n", dmesg: "a" })).kernelLog(2)).toBe("a");
  });

  it("that may not be read are an error that says so", async () => {
    const dmesg = new ModemkeeperError("command-failed", "dmesg: read kernel buffer failed: Operation not permitted");
    await expect(new RealInspection(tools({ journalctl: "", dmesg })).kernelLog(2)).rejects.toMatchObject({
      code: "precondition-missing",
      fix: expect.stringContaining("sudo"),
    });
  });
});

describe("the time service", () => {
  it("is read from timedatectl; without it nothing is known", async () => {
    const answer =
      "Timezone=Etc/UTC\nLocalRTC=no\nCanNTP=yes\nNTP=yes\nNTPSynchronized=no\nTimeUSec=Sat 2026-01-10 21:00:00 UTC\n";
    expect(await new RealInspection(tools({ timedatectl: answer })).timeService()).toEqual({
      synchronized: false,
      enabled: true,
    });
    expect(await new RealInspection(tools({})).timeService()).toBeUndefined();
  });
});

it("knows what runs it", () => {
  expect(new RealInspection(spawnExec).runtime()).toMatchObject({
    node: process.versions.node,
    architecture: process.arch,
  });
});

it("knows what systemd says of a unit, also of one that does not run", async () => {
  const exec: Exec = async (_command, args, options) => {
    expect(options?.accept ?? []).toEqual(args[0] === "status" ? [1, 2, 3, 4] : []);
    return { code: 0, stdout: args[0] === "status" ? "○ a.service\n" : "Id=a.service\n", stderr: "" };
  };
  expect(await new RealInspection(exec).unitReport("a.service")).toBe("○ a.service\n\nId=a.service\n");
});
