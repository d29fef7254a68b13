import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Modem } from "../../core/model/inventory.ts";
import { PROGRAM } from "../../provision/desired/paths.ts";
import { sampleModem } from "../helpers/sample-inventory.ts";
import { renderInto, scratch } from "../helpers/smsd-accepts.ts";

/*
 * What cron jobs, udev rules and other scripts get when they call a script by its old name: run by the real sh, with programs
 * in the place of modemkeeper, provision and sudo that write down how they were called.
 */

const isRoot = process.geteuid?.() === 0;
const place = scratch();
const OLD = join(place.folder, "old");
const CALLS = join(place.folder, "calls");
const STAND_IN = `#!/bin/sh
{ printf '%s' "\${0##*/}"; for word; do printf '|%s' "$word"; done; echo; } >>"${CALLS}"
`;

function install(modems: readonly Modem[] = [sampleModem({ name: "SIM7600" })]): void {
  renderInto(place, { modems, compat: { scripts: "/old" } });
  const bin = join(place.folder, "bin");
  mkdirSync(bin, { recursive: true });
  for (const name of ["modemkeeper", "provision", "sudo"]) {
    writeFileSync(join(bin, name), STAND_IN);
    chmodSync(join(bin, name), 0o755);
  }
  for (const name of readdirSync(OLD)) {
    const path = join(OLD, name);
    const here = PROGRAM.slice(0, PROGRAM.lastIndexOf("/"));
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(here, bin));
    chmodSync(path, 0o755);
  }
}

interface Call {
  readonly code: number | null;
  readonly said: string;
  /** Program and words, parted by bars. */
  readonly calls: readonly string[];
}

function call(name: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Call {
  writeFileSync(CALLS, "");
  const path = `${join(place.folder, "bin")}:${process.env.PATH}`;
  const ran = spawnSync(join(OLD, name), args, { encoding: "utf8", env: { PATH: path, ...env }, timeout: 20_000 });
  const calls = readFileSync(CALLS, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return { code: ran.status, said: ran.stderr, calls };
}

beforeEach(() => install());
afterEach(() => place.remove());

describe.runIf(isRoot)("the old name", () => {
  it.each([
    ["smsd_manual_start.sh", "modemkeeper|smsd|start"],
    ["restart_smsd.sh", "modemkeeper|smsd|restart"],
    ["smsd_monitor.sh", "modemkeeper|status|--quiet"],
    ["modem_health_monitor.sh", "modemkeeper|status|--quiet"],
    ["ec25_port_monitor.sh", "modemkeeper|status|--quiet"],
    ["check_sim7600_status.sh", "modemkeeper|status"],
    ["check_ec25_status.sh", "modemkeeper|status"],
    ["modem_status_collector.sh", "modemkeeper|status"],
    ["fix_modem_symlinks.sh", "modemkeeper|links|repair"],
    ["on_modem_connect.sh", "modemkeeper|links|repair"],
    ["modem_usb_reset.sh", "modemkeeper|modem|reset|SIM7600|--rung|usb-reset|--yes"],
    ["configure_smsd_for_modem.sh", "provision|apply|--yes|-i|/etc/modemkeeper/inventory.yaml"],
    ["ec25_smart_configurator.sh", "provision|apply|--yes|-i|/etc/modemkeeper/inventory.yaml"],
  ])("%s calls %s", (name, wanted) => {
    expect(call(name, ["whatever", "was passed"])).toEqual({ code: 0, said: "", calls: [wanted] });
  });

  it("smsd_manual_stop.sh passes on why, whatever it was called with", () => {
    const why = (args: readonly string[]) => call("smsd_manual_stop.sh", args).calls[0];
    expect(why(["testing", "antennas"])).toBe("modemkeeper|smsd|stop|--reason|testing antennas");
    expect(why([])).toBe(`modemkeeper|smsd|stop|--reason|${OLD}/smsd_manual_stop.sh`);
    expect(why(["$(touch /tmp/pwned); `id`", "-n"])).toBe(
      "modemkeeper|smsd|stop|--reason|$(touch /tmp/pwned); `id` -n",
    );
    expect(why(["two\nlines\u0007"])).toBe("modemkeeper|smsd|stop|--reason|two lines ");
  });

  it("all that are installed are tried here", () => {
    expect(readdirSync(OLD)).toHaveLength(14);
  });

  it.each([
    "on_modem_connect.sh",
    "fix_modem_symlinks.sh",
    "configure_smsd_for_modem.sh",
    "ec25_smart_configurator.sh",
  ])("%s does nothing when a udev rule calls it: udev would wait for itself", (name) => {
    expect(call(name, [], { DEVPATH: "/devices/usb1/1-1" })).toEqual({ code: 0, said: "", calls: [] });
  });

  it("modem_usb_reset.sh wants a name where there are several modems", () => {
    install([sampleModem({ name: "A" }), sampleModem({ name: "B" })]);
    const without = call("modem_usb_reset.sh");
    expect(without).toMatchObject({ code: 64, calls: [] });
    expect(without.said).toContain("MODEM, one of A, B");
    expect(call("modem_usb_reset.sh", ["B"]).calls).toEqual(["modemkeeper|modem|reset|B|--rung|usb-reset|--yes"]);
  });
});

describe.runIf(isRoot)("called by somebody who is not root", () => {
  const asNobody = (name: string) => {
    chmodSync(place.folder, 0o755);
    writeFileSync(CALLS, "");
    chmodSync(CALLS, 0o666);
    const path = `${join(place.folder, "bin")}:${process.env.PATH}`;
    const options = { uid: 65_534, gid: 65_534, encoding: "utf8", env: { PATH: path }, timeout: 20_000 } as const;
    spawnSync(join(OLD, name), [], options);
    return readFileSync(CALLS, "utf8").trim();
  };

  it("what changes something asks sudo, without a question", () => {
    expect(asNobody("restart_smsd.sh")).toBe(`sudo|-n|${place.folder}/bin/modemkeeper|smsd|restart`);
  });

  it("what only looks does not", () => {
    expect(asNobody("smsd_monitor.sh")).toBe("modemkeeper|status|--quiet");
  });
});
