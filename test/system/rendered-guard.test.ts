import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { endProcess } from "../helpers/end-process.ts";
import { GuardedHost, modemWithPin } from "../helpers/guarded-host.ts";
import { sampleModem } from "../helpers/sample-inventory.ts";

/*
 * What smsd-may-start allows and refuses, run by the real sh.
 */

const host = new GuardedHost();
const WAIT = { timeout: 20_000, interval: 50 };
const children = new Set<ChildProcess>();

function logged(text: string): void {
  writeFileSync(host.log, `2030-01-01 00:00:00,${text}\n`, { flag: "a" });
}

function refused(name: string): void {
  logged(`3, ${name}: Modem did not accept this PIN`);
}

beforeEach(() => host.create());
afterEach(async () => {
  await Promise.all([...children].map((child) => endProcess(child, "SIGKILL")));
  children.clear();
  host.remove();
});

describe("after a refused PIN", () => {
  it("smsd may not start again, and is told so by name", () => {
    host.install([modemWithPin("A")], { A: "1111" });
    expect(host.ask("pin")).toEqual({ allowed: true, said: "" });
    refused("A");
    const { allowed, said } = host.ask("pin");
    expect(allowed).toBe(false);
    expect(said).toContain("the PIN of A was refused");
    expect(host.ask("pin").allowed).toBe(false);
  });

  it("smsd may start with another PIN, and with a new SIM once the memory is removed", () => {
    host.install([modemWithPin("A")], { A: "1111" });
    host.ask("pin");
    refused("A");
    host.install([modemWithPin("A")], { A: "2222" });
    expect(host.ask("pin").allowed).toBe(true);
    refused("A");
    expect(host.ask("pin").allowed).toBe(false);
    rmSync(join(host.state, "pins-tried"));
    expect(host.ask("pin").allowed).toBe(true);
  });

  it("only the modem that refused is held, at every start, and the others serve", () => {
    host.install([modemWithPin("A"), modemWithPin("B"), sampleModem({ name: "C" })], { A: "1111", B: "1111" });
    expect(host.ask("pin").allowed).toBe(true);
    expect(host.suspended()).toBe("");
    refused("A");
    for (let start = 0; start < 3; start++) {
      const { allowed, said } = host.ask("pin");
      expect(allowed).toBe(true);
      expect(said).toContain("smsd starts without A");
      expect(host.suspended()).toBe("A: its PIN was refused at an earlier start\n");
    }
  });

  it("a change of one PIN gives no second try to another", () => {
    host.install([modemWithPin("A"), modemWithPin("B")], { A: "1111", B: "1111" });
    host.ask("pin");
    refused("A");
    refused("B");
    host.install([modemWithPin("A"), modemWithPin("B")], { A: "1111", B: "2222" });
    expect(host.ask("pin").allowed).toBe(true);
    expect(host.suspended()).toMatch(/^A: [^\n]*\n$/);
  });

  it("the log may be rotated, more than once if smsd was stopped between", () => {
    host.install([modemWithPin("A")], { A: "1111" });
    host.ask("pin");
    refused("A");
    renameSync(host.log, `${host.log}.1`);
    writeFileSync(host.log, "");
    expect(host.ask("stopped").allowed).toBe(true);
    renameSync(host.log, `${host.log}.1`);
    expect(host.ask("pin").allowed).toBe(false);
  });

  it("nothing else in the log counts, not even bytes that are no text", () => {
    host.install([modemWithPin("A")], { A: "1111" });
    refused("A");
    expect(host.ask("pin").allowed).toBe(true);
    writeFileSync(host.log, Buffer.from([0, 0xff, 0x0a]), { flag: "a" });
    logged("5, A: SMS received, From: 491700000000");
    expect(host.ask("pin").allowed).toBe(true);
    writeFileSync(host.log, Buffer.from([0, 0xff, 0x0a]), { flag: "a" });
    refused("A");
    expect(host.ask("pin").allowed).toBe(false);
  });

  it("smsd does not start where that could not be remembered", () => {
    host.install([modemWithPin("A")], { A: "1111" });
    rmSync(host.state, { recursive: true });
    expect(host.ask("pin").said).toContain("pins-tried cannot be written");
  });
});

describe("another smsd", () => {
  async function running(name: string, options: readonly string[]): Promise<ChildProcess> {
    const program = join(host.folder, "bin", name);
    mkdirSync(join(host.folder, "bin"), { recursive: true });
    writeFileSync(program, "#!/bin/sh\nread -r forever\n");
    chmodSync(program, 0o755);
    const child = spawn(program, options, { stdio: "pipe" });
    children.add(child);
    await vi.waitUntil(() => readFileSync(`/proc/${child.pid}/comm`, "utf8") === `${name}\n`, WAIT);
    return child;
  }

  it("on the same spool keeps smsd from starting until it is gone", async () => {
    host.install([sampleModem()]);
    const other = await running("smsd", ["-t", `-c${host.configuration}`]);
    expect(host.ask("alone").said).toContain(`process ${other.pid}`);
    await endProcess(other, "SIGKILL");
    expect(host.ask("alone").allowed).toBe(true);
  });

  it("is found by a separate argument, too", async () => {
    host.install([sampleModem()]);
    await running("smsd", ["-c", host.configuration]);
    expect(host.ask("alone").allowed).toBe(false);
  });

  it("on another spool may run", async () => {
    host.install([sampleModem()]);
    writeFileSync(join(host.folder, "other.conf"), "outgoing = /srv/other/outgoing\n");
    await running("smsd", [`-c${host.folder}/other.conf`]);
    expect(host.ask("alone")).toEqual({ allowed: true, said: "" });
  });

  it("is no program whose name only begins alike", async () => {
    host.install([sampleModem()]);
    await running("smsd-helper", [`-c${host.configuration}`]);
    expect(host.ask("alone").allowed).toBe(true);
  });
});

describe("the spool", () => {
  /** A `df` that tells of a disk we do not have. */
  function withDf(line: string): NodeJS.ProcessEnv {
    mkdirSync(join(host.folder, "bin"), { recursive: true });
    writeFileSync(join(host.folder, "bin/df"), `#!/bin/sh\necho 'Avail Inodes IFree'\necho '${line}'\n`);
    chmodSync(join(host.folder, "bin/df"), 0o755);
    return { ...process.env, PATH: `${host.folder}/bin:${process.env.PATH}` };
  }

  it("as it is made may be used", () => {
    host.install([sampleModem()]);
    expect(host.ask("spool")).toEqual({ allowed: true, said: "" });
  });

  it.each([
    ["16384 1000 100", true],
    ["16383 1000 100", false],
    ["0 1000 1000", false],
    ["999999 1000 99", false],
    ["999999 0 0", true],
    ["999999 - -", true],
  ])("on a disk with %s: %s", (line, allowed) => {
    host.install([sampleModem()]);
    expect(host.ask("spool", withDf(line)).allowed).toBe(allowed);
  });

  it("without one of its folders may not be used", () => {
    host.install([sampleModem()]);
    rmSync(join(host.folder, "sent"), { recursive: true });
    expect(host.ask("spool")).toMatchObject({ allowed: false, said: expect.stringContaining("sent") });
  });
});
