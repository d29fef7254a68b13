import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Inventory, Modem, SmsdSection } from "../../core/model/inventory.ts";
import type { Composition, ModemModel } from "../../core/model/modem-model.ts";
import type { Secret } from "../../core/secret.ts";
import { smsdDefaults } from "../../provision/inventory/smsd-settings.ts";

/** Values as the loader would make them, for tests of what comes after it. */

export function sampleComposition(change: Partial<Composition> = {}): Composition {
  return {
    name: "qmi",
    usb: "1e0e:9001",
    interfaces: { 0: "ff", 1: "ff", 2: "ff", 3: "ff", 4: "ff" },
    roles: {
      DIAG: { interface: 0 },
      NMEA: { interface: 1 },
      AT: { interface: 2 },
      VOICE: { interface: 3 },
      AUDIO: { interface: 4 },
    },
    newId: false,
    source: "test",
    ...change,
  };
}

export function sampleModel(change: Partial<ModemModel> = {}): ModemModel {
  return {
    name: "SIM7600",
    title: "SIMCom SIM7500 and SIM7600 series",
    compositions: [sampleComposition()],
    at: { reset: "AT+CRESET", firmware: { command: "AT+CGMR", pattern: "LE(\\d+)B(\\d+)" } },
    bootSeconds: 30,
    smsd: { memory_start: 0, init: "AT+CNMI=2,1,0,0,0" },
    quirks: [],
    source: "test",
    custom: false,
    ...change,
  };
}

export function sampleModem(change: Partial<Modem> = {}): Modem {
  const model = change.model ?? sampleModel();
  return {
    name: model.name,
    match: {},
    roles: {},
    ...change,
    model,
    smsd: { ...smsdDefaults("modem"), ...model.smsd, ...change.smsd },
  };
}

export function sampleSmsd(change: Partial<SmsdSection> = {}): SmsdSection {
  return {
    package: "smstools",
    binary: "/usr/sbin/smsd",
    user: "smsd",
    group: "smsd",
    logfile: "/var/log/smstools/smsd.log",
    ...change,
    spool: change.spool ?? sampleSpool("/var/spool/sms", "/var/log/smstools/smsd_stats"),
    settings: { ...smsdDefaults("global"), ...change.settings },
  };
}

export function sampleSpool(folder: string, stats: string): SmsdSection["spool"] {
  return {
    incoming: `${folder}/incoming`,
    outgoing: `${folder}/outgoing`,
    checked: `${folder}/checked`,
    sent: `${folder}/sent`,
    failed: `${folder}/failed`,
    report: `${folder}/report`,
    saved: `${folder}/saved`,
    stats,
  };
}

export function sampleInventory(change: Partial<Inventory> = {}): Inventory {
  return {
    version: 1,
    host: { installPackages: true },
    modems: [sampleModem()],
    smsd: sampleSmsd(),
    manualStop: {
      flag: "/tmp/smsd_manual_stop",
      trustedUsers: [],
      warnAfter: 600,
      clearAfter: 1800,
      longestExpiry: 14400,
    },
    watchdog: { enabled: true, interval: 60, failuresBeforeRecovery: 3, rungs: ["restart-smsd"], longestBackoff: 3600 },
    incoming: {
      processed: "/var/spool/sms/processed",
      deadLetter: "/var/spool/sms/dead-letter",
      keepFor: 30,
      keepAtMost: 100_000,
      duplicateWindow: 86_400,
      sinks: [],
    },
    notify: { sinks: [], heartbeat: 0, levels: {}, mostPerHour: 30 },
    http: { enabled: true, listen: "127.0.0.1:8070", atCommands: [] },
    metrics: {},
    accessLock: { file: "/var/lock/modem_access.lock", heldWarningAfter: 60 },
    compat: {},
    ...change,
  };
}

/** A secret whose mask is as long and as odd as a real one. */
export function sampleSecret(value: string, path = "/etc/modemkeeper/secrets/pin"): Secret {
  return { ref: { from: "file", path }, value, mask: "(secret, sha256:1a2b3c4d)" };
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The program's templates by path relative to its root. */
export function programTemplates(): ReadonlyMap<string, string> {
  const files = readdirSync(join(ROOT, "templates"), { recursive: true, encoding: "utf8" });
  const templates = files.filter((file) => file.endsWith(".hbs")).map((file) => `templates/${file}`);
  return new Map(templates.map((path) => [path, readFileSync(join(ROOT, path), "utf8")]));
}
