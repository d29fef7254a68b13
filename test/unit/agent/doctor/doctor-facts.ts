import type { DoctorFacts } from "../../../../agent/doctor/facts.ts";
import { known } from "../../../../agent/doctor/known.ts";
import type { AgentState } from "../../../../agent/state.ts";
import type { UnitState } from "../../../../core/ports.ts";
import { parseLog, type SmsdLogLine } from "../../../../core/smsd-log.ts";
import { parseSmsdConf } from "../../../../provision/init/smsd-conf.ts";
import { attachedModem } from "../../../helpers/bus.ts";
import { sampleInventory, sampleModel } from "../../../helpers/sample-inventory.ts";

/** Facts of a gateway that is well in all respects: each test changes what it is about. */

export const NOW = Date.parse("2026-01-10T21:00:00Z");
export const MINUTE = 60_000;

export function unit(change: Partial<UnitState> = {}): UnitState {
  return {
    load: "loaded",
    active: "active",
    starting: false,
    enabled: true,
    fragment: "/etc/systemd/system/smstools.service",
    mainPid: 812,
    needsReload: false,
    ...change,
  };
}

export const NOT_FOUND = unit({ load: "not-found", active: "inactive", enabled: false, fragment: "", mainPid: 0 });

export const RECEIVER = { name: "crm", type: "webhook", waiting: 0, oldest: 0, delivered: 17 } as const;

export function agentState(change: Partial<AgentState> = {}): AgentState {
  return {
    format: "modemkeeper.state/1",
    at: new Date(NOW).toISOString(),
    pid: 900,
    version: "0.1.0",
    verdict: { level: "ok", sentence: "smsd runs and every modem works" },
    smsd: { unit: "active", pids: [812], strays: [] },
    queues: {
      incoming: { count: 0, oldest: 0 },
      outgoing: { count: 0, oldest: 0 },
      checked: { count: 0, oldest: 0 },
    },
    deliveries: { incoming: { waiting: 0, deadLetters: 0, duplicates: 0, sinks: [RECEIVER] } },
    modems: [{ name: "SIM7600", model: "SIM7600", present: true, sim: "READY" }],
    findings: [],
    ...change,
  };
}

export function healthyFacts(): DoctorFacts {
  return {
    now: NOW,
    root: true,
    version: "0.1.0",
    runtime: known({ node: "20.19.0", architecture: "arm64", glibc: "2.35" }),
    systemd: known(true),
    models: [sampleModel()],
    setup: healthySetup(),
    usb: healthyUsb(),
    rivals: {
      running: known([]),
      holders: known({}),
      ignored: known({ "1-2.1": true }),
      leftovers: known([]),
      packages: known([]),
    },
    smsd: healthySmsd(),
    system: {
      time: known({ synchronized: true, enabled: true }),
      newestFile: known({ path: "/var/log/smstools/smsd.log", modifiedAt: NOW - 2_000 }),
      rooms: known([{ path: "/var/spool/sms/incoming", bytes: 8e9, files: 500_000 }]),
      readOnly: known([]),
      journal: known({ persistent: true, bytes: 50e6 }),
    },
    agent: {
      program: known(true),
      state: known(agentState()),
      http: known({ url: "http://127.0.0.1:8070/healthz", status: 200 }),
    },
  };
}

function healthySetup(): DoctorFacts["setup"] {
  const folder = { kind: "directory", mode: 0o3775, owner: "smsd", group: "smsd" } as const;
  const base = sampleInventory();
  const sinks = [{ name: "crm", type: "webhook", options: {}, secrets: {} }];
  const inventory = { ...base, incoming: { ...base.incoming, sinks } };
  return {
    inventory: known({ state: "valid", file: "/etc/modemkeeper/inventory.yaml" }),
    wanted: inventory,
    comparison: known({ state: "converged", details: [], restartsSmsd: false, managed: [] }),
    units: known({
      "smstools.service": unit(),
      "modemkeeper.service": unit(),
      "modemkeeper-fallback.timer": unit(),
      "ModemManager.service": NOT_FOUND,
      "brltty.service": NOT_FOUND,
    }),
    secrets: known([]),
    smsdPackage: known("3.1.21-4+b1"),
    smsdConf: known({ state: "ours", conf: parseSmsdConf("devices = SIM7600\n") }),
    smsdUser: known({ name: "smsd", group: "smsd", groups: ["dialout"] }),
    spool: known(Object.values(inventory.smsd.spool).map((path) => ({ path, is: folder }))),
    ttys: known([{ path: "/dev/ttyUSB2", is: { kind: "other", mode: 0o660, owner: "root", group: "dialout" } }]),
    wrongLinks: known([]),
  };
}

function healthyUsb(): DoctorFacts["usb"] {
  const modem = attachedModem("SIM7600", "2.1", 0);
  return {
    attached: known([modem]),
    tree: known([
      { sysName: "usb1", usb: "1d6b:0002", speed: 480, version: 2, isHub: true, selfPowered: true, mostCurrent: 0 },
      { sysName: "1-2", usb: "0bda:5411", speed: 480, version: 2.1, isHub: true, selfPowered: true, mostCurrent: 0 },
      {
        sysName: "1-2.1",
        usb: "1e0e:9001",
        speed: 480,
        version: 2,
        isHub: false,
        selfPowered: false,
        mostCurrent: 500,
      },
    ]),
    states: known({ "1-2.1": { deviceNumber: 4, powerControl: "on", authorized: true } }),
    driver: known({ release: "5.15.136-tegra", loaded: true, available: true, forbiddenBy: [] }),
    kernel: known([
      "2026-01-10T08:00:02+0100 jetson kernel: usb 1-2.1: New USB device found, idVendor=1e0e, idProduct=9001, bcdDevice= 3.18",
      "2026-01-10T08:00:02+0100 jetson kernel: usb 1-2.1: GSM modem (1-port) converter now attached to ttyUSB2",
      "2026-01-10T08:00:03+0100 jetson kernel: usb 1-3: USB disconnect, device number 5",
    ]),
  };
}

function healthySmsd(): DoctorFacts["smsd"] {
  return {
    processes: known([{ pid: 812, unit: "smstools.service", startedAt: NOW - 60 * MINUTE }]),
    log: known(log("2026-01-10 20:59:58,6, SIM7600: No SMS received")),
    flag: known(undefined),
    suspend: known([]),
    locks: known([
      { what: "access", file: { path: "/var/lock/modem_access.lock" } },
      { what: "actor", file: { path: "/run/modemkeeper.lock" } },
    ]),
    spoolLocks: known([]),
  };
}

export function log(...lines: readonly string[]): readonly SmsdLogLine[] {
  return parseLog(lines.join("\n"));
}
