import type { Inventory, Modem, Rung, SmsdSection, Spool } from "../../core/model/inventory.ts";
import type { ModemModel } from "../../core/model/modem-model.ts";
import { firmwareSettings } from "../models/firmware.ts";
import { rolesFrom } from "../models/parse.ts";
import { parseDuration } from "./durations.ts";
import type { RawDuration, RawInventory, RawModem, RawSmsd } from "./raw.ts";
import { secretRef } from "./secrets.ts";
import { normaliseSink } from "./sinks.ts";
import { smsdDefaults } from "./smsd-settings.ts";
import { normaliseModemSettings, normaliseSettings } from "./smsd-values.ts";

/**
 * Second pass: every default filled in, every short form written out.
 * Modems whose model is unknown are left out; a rule reports them.
 */
export function normalise(raw: RawInventory, models: ReadonlyMap<string, ModemModel>): Inventory {
  const modems = raw.modems.flatMap((modem) => {
    const model = models.get(modem.model);
    return model === undefined ? [] : [normaliseModem(modem, model)];
  });
  return {
    version: 1,
    host: { installPackages: raw.host?.install_packages ?? true },
    modems,
    smsd: normaliseSmsd(raw.smsd ?? {}),
    manualStop: manualStop(raw),
    watchdog: watchdog(raw),
    incoming: incoming(raw),
    notify: {
      sinks: (raw.notify?.sinks ?? []).map((sink) => normaliseSink(sink, "notify")),
      heartbeat: seconds(raw.notify?.heartbeat, 0),
      levels: raw.notify?.levels ?? {},
      mostPerHour: raw.notify?.most_per_hour ?? 30,
    },
    http: http(raw),
    metrics: metrics(raw),
    accessLock: {
      file: raw.access_lock?.file ?? "/var/lock/modem_access.lock",
      heldWarningAfter: seconds(raw.access_lock?.held_warning_after, 30),
    },
    compat: raw.compat?.scripts === undefined ? {} : { scripts: raw.compat.scripts },
  };
}

/** Our defaults ← the model ← its quirks for this firmware ← what the inventory says. */
function normaliseModem(raw: RawModem, model: ModemModel): Modem {
  const pin = raw.sim?.pin;
  return {
    name: raw.name,
    model,
    match: {
      ...(raw.match?.port === undefined ? {} : { port: raw.match.port }),
      ...(raw.match?.imei === undefined ? {} : { imei: raw.match.imei }),
    },
    ...(pin === undefined ? {} : { pin: secretRef(pin) }),
    ...(raw.firmware === undefined ? {} : { firmware: raw.firmware }),
    ...(raw.power === undefined ? {} : { power: raw.power }),
    roles: rolesFrom(raw.roles ?? {}),
    smsd: {
      ...smsdDefaults("modem"),
      ...model.smsd,
      ...firmwareSettings(model, raw.firmware),
      ...normaliseModemSettings(raw.smsd ?? {}),
    },
  };
}

function normaliseSmsd(raw: RawSmsd): SmsdSection {
  return {
    package: raw.package ?? "smstools",
    binary: raw.binary ?? "/usr/sbin/smsd",
    user: raw.user ?? "smsd",
    group: raw.group ?? "smsd",
    logfile: raw.logfile ?? "/var/log/smstools/smsd.log",
    spool: spool(raw.spool ?? {}),
    settings: {
      ...smsdDefaults("global"),
      ...normaliseSettings("global", raw.settings ?? {}),
      ...raw.extra,
    },
  };
}

function spool(raw: Readonly<Record<string, string>>): Spool {
  const base = (raw.base ?? "/var/spool/sms").replace(/\/+$/, "");
  const folder = (name: string) => (raw[name] ?? `${base}/${name}`).replace(/\/+$/, "");
  return {
    incoming: folder("incoming"),
    outgoing: folder("outgoing"),
    checked: folder("checked"),
    sent: folder("sent"),
    failed: folder("failed"),
    report: folder("report"),
    saved: folder("saved"),
    stats: folder("stats"),
  };
}

function manualStop({ manual_stop: raw = {} }: RawInventory): Inventory["manualStop"] {
  return {
    flag: raw.flag ?? "/tmp/smsd_manual_stop",
    trustedUsers: raw.trusted_users ?? [],
    warnAfter: seconds(raw.warn_after, 600),
    clearAfter: seconds(raw.clear_after, 1800),
    longestExpiry: seconds(raw.longest_expiry, 4 * 3600),
  };
}

/** usb-power and host-reboot are dangerous: they are in force only where the inventory names them. */
const DEFAULT_RUNGS: readonly Rung[] = ["restart-smsd", "at-reset", "usb-reset", "usb-authorize"];

function watchdog({ watchdog: raw = {} }: RawInventory): Inventory["watchdog"] {
  return {
    enabled: raw.enabled ?? true,
    interval: seconds(raw.interval, 15),
    failuresBeforeRecovery: raw.failures_before_recovery ?? 3,
    rungs: (raw.rungs as readonly Rung[] | undefined) ?? DEFAULT_RUNGS,
    longestBackoff: seconds(raw.longest_backoff, 3600),
  };
}

function incoming({ incoming: raw = {} }: RawInventory): Inventory["incoming"] {
  return {
    processed: raw.processed ?? "/var/spool/modemkeeper/processed",
    deadLetter: raw.dead_letter ?? "/var/spool/modemkeeper/dead-letter",
    keepFor: seconds(raw.keep_for, 30 * 86_400) / 86_400,
    keepAtMost: raw.keep_at_most ?? 100_000,
    duplicateWindow: seconds(raw.duplicate_window, 86_400),
    sinks: (raw.sinks ?? []).map((sink) => normaliseSink(sink, "incoming")),
  };
}

function http({ http: raw = {} }: RawInventory): Inventory["http"] {
  return {
    enabled: raw.enabled ?? true,
    listen: raw.listen ?? "127.0.0.1:8070",
    ...(raw.token === undefined ? {} : { token: secretRef(raw.token) }),
    ...(raw.tls === undefined ? {} : { tls: raw.tls }),
    atCommands: raw.at_commands ?? [],
  };
}

function metrics({ metrics: raw = {} }: RawInventory): Inventory["metrics"] {
  return raw.textfile === undefined ? {} : { textfile: raw.textfile };
}

function seconds(value: RawDuration | undefined, otherwise: number): number {
  return value === undefined ? otherwise : parseDuration(value);
}
