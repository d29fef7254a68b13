import type { Inventory, Sink } from "../../../core/model/inventory.ts";
import {
  AGENT_DIRECTORY,
  AGENT_LOGS,
  AGENT_STATE,
  AGENT_UNIT,
  APPLY_LOCK,
  FALLBACK,
  GUARD,
  PROGRAM,
  parentOf,
  SUSPEND,
  UNIT,
} from "../paths.ts";

/** What ProtectSystem=yes and ProtectHome=read-only take away (systemd.exec(5)). */
const PROTECTED = /^\/(usr|boot|efi|home|root|run\/user)(\/|$)/;

/** A leading `-`: a folder that does not exist is no reason not to start. */
function ifThere(folder: string): string {
  return `-${folder === "" ? "/" : folder}`;
}

/** What a receiver of messages writes itself. */
function filesOf({ type, options }: Sink): readonly string[] {
  return type === "file" && typeof options.path === "string" ? [options.path] : [];
}

/** Ports below this are the kernel's to give (net.ipv4.ip_unprivileged_port_start). */
const FREE_PORTS = 1024;

/** What templates/etc/systemd/system/modemkeeper.service.hbs prints. */
export function agentUnitContext(inventory: Inventory) {
  const { smsd, manualStop, accessLock, compat, incoming, notify, http } = inventory;
  const sinks = [...incoming.sinks, ...notify.sinks];
  const files = [FALLBACK, smsd.logfile, manualStop.flag, accessLock.file, ...sinks.flatMap(filesOf)];
  const folders = [
    ...files.map(parentOf),
    ...Object.values(smsd.spool),
    incoming.processed,
    incoming.deadLetter,
    ...(compat.scripts ? [compat.scripts] : []),
  ];
  return {
    program: PROGRAM,
    fallback: FALLBACK,
    directory: AGENT_DIRECTORY,
    lowPort: http.enabled && Number(http.listen.replace(/^.*:/, "")) < FREE_PORTS,
    otherUsers: sinks.some(({ options }) => options.user !== undefined),
    writable: [...new Set(folders)].filter((folder) => PROTECTED.test(folder)).map(ifThere),
  };
}

/** What templates/etc/systemd/system/modemkeeper-fallback.service.hbs prints. */
export function fallbackUnitContext({ manualStop }: Inventory) {
  return { fallback: FALLBACK, flagFolder: ifThere(parentOf(manualStop.flag)) };
}

/** What templates/usr/local/lib/modemkeeper/fallback.hbs prints. */
export function fallbackContext({ manualStop, smsd }: Inventory) {
  return {
    flag: manualStop.flag,
    trustedUsers: manualStop.trustedUsers,
    clearAfter: String(manualStop.clearAfter),
    longestExpiry: String(manualStop.longestExpiry),
    logfile: smsd.logfile,
    suspend: SUSPEND,
    guard: GUARD,
    lock: APPLY_LOCK,
    agent: AGENT_UNIT,
    agentState: AGENT_STATE,
    unit: UNIT,
  };
}

/** What templates/etc/logrotate.d/modemkeeper.hbs prints. */
export function agentLogrotateContext() {
  return { logs: AGENT_LOGS };
}
