import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Inventory } from "../../core/model/inventory.ts";
import { findProgram } from "../helpers/find-program.ts";
import { sampleComposition, sampleModel, sampleModem, sampleSmsd, sampleSpool } from "../helpers/sample-inventory.ts";
import { renderInto, scratch } from "../helpers/smsd-accepts.ts";

/*
 * Proves that systemd, logrotate and sh take what we render: without one word of complaint.
 */

const analyze = findProgram("systemd-analyze");
const tmpfiles = findProgram("systemd-tmpfiles");
const logrotate = findProgram("logrotate");
const shellcheck = findProgram("shellcheck");
const GUARD = "usr/local/lib/modemkeeper/smsd-may-start";
const place = scratch();
afterEach(() => place.remove());

/** The folder as a root file system: with what our units refer to, and no more. */
function asRoot(change: Partial<Inventory> = {}): string {
  renderInto(place, change);
  for (const target of ["sysinit", "basic", "shutdown", "multi-user"]) {
    put(`etc/systemd/system/${target}.target`, `[Unit]\nDescription=${target}\n`);
  }
  for (const service of ["systemd-modules-load", "systemd-tmpfiles-setup"]) {
    put(`etc/systemd/system/${service}.service`, "[Service]\nType=oneshot\nExecStart=/bin/true\n");
  }
  const binary = change.smsd?.binary ?? "usr/sbin/smsd";
  for (const program of [binary, "bin/true"]) {
    put(program, "#!/bin/sh\n");
    chmodSync(join(place.folder, program), 0o755);
  }
  return place.folder;
}

function put(path: string, text: string): void {
  mkdirSync(join(place.folder, path, ".."), { recursive: true });
  writeFileSync(join(place.folder, path), text);
}

/** Everything that a program prints; its exit code alone says little (0 for an unknown key). */
function outputOf(program: { path: string } | { reason: string }, options: readonly string[]): string {
  if ("reason" in program) throw new Error(program.reason);
  const { stdout, stderr, status } = spawnSync(program.path, options, { encoding: "utf8" });
  return `${stdout}${stderr}${status === 0 ? "" : `exit code ${status}`}`;
}

const elsewhere = sampleSmsd({
  binary: "/opt/sms-tools_3.1/sbin/smsd",
  user: "sms-gw",
  group: "sms_gw",
  logfile: "/srv/50% $HOME/log/smsd.log",
  spool: sampleSpool('/srv/50% $HOME it\'s \\ "q"', "/srv/stats"),
});
const unknownId = sampleModem({ model: sampleModel({ compositions: [sampleComposition({ newId: true })] }) });

describe.skipIf("reason" in analyze)("systemd-analyze says nothing of", () => {
  it("smstools.service", () => {
    expect(outputOf(analyze, ["verify", "--man=no", `--root=${asRoot()}`, "smstools.service"])).toBe("");
  });

  it("smstools.service with everything elsewhere", () => {
    const root = asRoot({ smsd: elsewhere });
    expect(outputOf(analyze, ["verify", "--man=no", `--root=${root}`, "smstools.service"])).toBe("");
  });

  it("the drop-in for tmpfiles", () => {
    const root = asRoot({ modems: [unknownId] });
    expect(outputOf(analyze, ["verify", "--man=no", `--root=${root}`, "systemd-tmpfiles-setup.service"])).toBe("");
  });

  it("but does of a mistake, so that the tests above can fail", () => {
    const root = asRoot();
    put("etc/systemd/system/smstools.service", "[Service]\nExecStart=/usr/sbin/smsd\nTimeoutStopsec=90\n");
    expect(outputOf(analyze, ["verify", "--man=no", `--root=${root}`, "smstools.service"])).toMatch(/TimeoutStopsec/);
  });
});

describe.skipIf("reason" in tmpfiles)("systemd-tmpfiles", () => {
  it("writes the ids into the driver's file", () => {
    const root = asRoot({ modems: [unknownId] });
    const driver = "sys/bus/usb-serial/drivers/option1/new_id";
    put(driver, "");
    const configuration = join(root, "etc/tmpfiles.d/modemkeeper.conf");
    expect(outputOf(tmpfiles, [`--root=${root}`, "--create", configuration])).toBe("");
    expect(execFileSync("cat", [join(root, driver)], { encoding: "utf8" })).toBe("1e0e 9001 ff");
  });
});

describe.skipIf("reason" in logrotate)("logrotate", () => {
  it("copies and empties the log, and tells nobody", () => {
    const owner = { user: "root", group: "root" };
    renderInto(place, { smsd: place.smsd({ ...owner, logfile: join(place.folder, "a b/smsd.log") }) });
    put("a b/smsd.log", "x\n");
    const configuration = join(place.folder, "etc/logrotate.d/smstools");
    chmodSync(configuration, 0o644);
    const state = join(place.folder, "state");
    expect(outputOf(logrotate, ["--force", "-s", state, configuration])).toBe("");
    const sizes = execFileSync("stat", ["-c", "%n %s", "smsd.log", "smsd.log.1"], {
      cwd: join(place.folder, "a b"),
      encoding: "utf8",
    });
    expect(sizes).toBe("smsd.log 0\nsmsd.log.1 2\n");
  });
});

describe("the guard", () => {
  it("is a script that sh can read, whatever paths it names", () => {
    const root = asRoot({ smsd: { ...elsewhere, logfile: "/srv/a b/smsd.log" } });
    expect(outputOf({ path: "/bin/sh" }, ["-n", join(root, GUARD)])).toBe("");
  });

  it.skipIf("reason" in shellcheck)("has nothing that shellcheck warns of", () => {
    expect(outputOf(shellcheck, [join(asRoot(), GUARD)])).toBe("");
  });
});
