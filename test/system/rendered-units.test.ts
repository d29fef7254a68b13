import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Inventory } from "../../core/model/inventory.ts";
import { findProgram } from "../helpers/find-program.ts";
import {
  sampleComposition,
  sampleInventory,
  sampleModel,
  sampleModem,
  sampleSmsd,
  sampleSpool,
} from "../helpers/sample-inventory.ts";
import { renderInto, scratch } from "../helpers/smsd-accepts.ts";

/*
 * Proves that systemd, logrotate and sh take what we render: without one word of complaint.
 */

const analyze = findProgram("systemd-analyze");
const tmpfiles = findProgram("systemd-tmpfiles");
const logrotate = findProgram("logrotate");
const shellcheck = findProgram("shellcheck");
const SCRIPTS = ["smsd-may-start", "fallback"].map((name) => `usr/local/lib/modemkeeper/${name}`);
const place = scratch();
afterEach(() => place.remove());

/** The folder as a root file system: with what our units refer to, and no more. */
function asRoot(change: Partial<Inventory> = {}): string {
  renderInto(place, change);
  for (const target of ["sysinit", "basic", "shutdown", "multi-user", "timers", "time-set", "time-sync"]) {
    put(`etc/systemd/system/${target}.target`, `[Unit]\nDescription=${target}\n`);
  }
  for (const service of ["systemd-modules-load", "systemd-tmpfiles-setup"]) {
    put(`etc/systemd/system/${service}.service`, "[Service]\nType=oneshot\nExecStart=/bin/true\n");
  }
  const binary = change.smsd?.binary ?? "usr/sbin/smsd";
  for (const program of [binary, "bin/true", "usr/local/bin/modemkeeper"]) {
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
const legacy = {
  compat: { scripts: "/home/rom/bin" },
  manualStop: { ...sampleInventory().manualStop, flag: "/home/rom/50% $stop", trustedUsers: ["rom"] },
};
const unknownId = sampleModem({ model: sampleModel({ compositions: [sampleComposition({ newId: true })] }) });

const UNITS = [
  "smstools.service",
  "modemkeeper.service",
  "modemkeeper-fallback.service",
  "modemkeeper-fallback.timer",
] as const;

describe.skipIf("reason" in analyze)("systemd-analyze says nothing of", () => {
  it.each(UNITS)("%s", (unit) => {
    expect(outputOf(analyze, ["verify", "--man=no", `--root=${asRoot()}`, unit])).toBe("");
  });

  it.each(UNITS)("%s with everything elsewhere", (unit) => {
    const root = asRoot({ smsd: elsewhere, ...legacy });
    expect(outputOf(analyze, ["verify", "--man=no", `--root=${root}`, unit])).toBe("");
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

/** How much a unit is exposed, by systemd's own count: 0 to 10. */
function exposureOf(unit: string): number {
  const said = outputOf(analyze, ["security", "--offline=true", "--no-pager", `--root=${asRoot()}`, unit]);
  return Number(/Overall exposure level for \S+: ([\d.]+)/.exec(said)?.[1] ?? Number.NaN);
}

describe.skipIf("reason" in analyze)("systemd-analyze finds little exposed in", () => {
  it("the agent, which must be root and reach devices", () => {
    expect(exposureOf("modemkeeper.service")).toBeLessThanOrEqual(4);
  });

  it("the fallback", () => {
    expect(exposureOf("modemkeeper-fallback.service")).toBeLessThanOrEqual(2.5);
  });

  it("and much in a unit without protection, so that the tests above can fail", () => {
    asRoot();
    put("etc/systemd/system/modemkeeper.service", "[Service]\nExecStart=/usr/local/bin/modemkeeper agent\n");
    const said = outputOf(analyze, ["security", "--offline=true", `--root=${place.folder}`, "modemkeeper.service"]);
    expect(said).toMatch(/UNSAFE/);
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

describe.skipIf("reason" in logrotate)("logrotate of the agent's logs", () => {
  it("moves each aside and makes no new one: who writes opens it anew", () => {
    asRoot();
    const folder = join(place.folder, "var/log/modemkeeper");
    for (const name of ["events", "access"]) put(`var/log/modemkeeper/${name}.jsonl`, "{}\n");
    chmodSync(folder, 0o750);
    const configuration = join(place.folder, "etc/logrotate.d/modemkeeper");
    writeFileSync(configuration, readFileSync(configuration, "utf8").replace('"/var/log/modemkeeper"', `"${folder}"`));
    expect(outputOf(logrotate, ["--force", "-s", join(place.folder, "state"), configuration])).toBe("");
    expect(readdirSync(folder).sort()).toEqual(["access.jsonl.1", "events.jsonl.1"]);
  });
});

describe("the scripts", () => {
  it("can be read by sh, whatever paths they name", () => {
    const root = asRoot({ smsd: { ...elsewhere, logfile: "/srv/a b/smsd.log" }, ...legacy });
    for (const script of SCRIPTS) expect(outputOf({ path: "/bin/sh" }, ["-n", join(root, script)])).toBe("");
  });

  it.skipIf("reason" in shellcheck)("have nothing that shellcheck warns of", () => {
    const root = asRoot({ compat: legacy.compat, modems: [sampleModem({ name: "A" }), sampleModem({ name: "B" })] });
    const old = readdirSync(join(root, "home/rom/bin")).map((name) => `home/rom/bin/${name}`);
    expect(old.length).toBeGreaterThan(10);
    for (const script of [...SCRIPTS, ...old]) expect(outputOf(shellcheck, [join(root, script)]), script).toBe("");
  });
});
