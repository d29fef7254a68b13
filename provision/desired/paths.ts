import { ModemkeeperError } from "../../core/errors.ts";
import type { SmsdSection } from "../../core/model/inventory.ts";

/** Where things lie on the target that no inventory decides. */
export const INVENTORY_COPY = "/etc/modemkeeper/inventory.yaml";
export const SMSD_CONF = "/etc/smsd.conf";
/** Orders systemd-tmpfiles after the modules whose ids it writes. */
export const TMPFILES_DROP_IN = "/etc/systemd/system/systemd-tmpfiles-setup.service.d/modemkeeper.conf";
export const UNIT = "smstools.service";
/** USB ids that the kernel's `option` driver must be told of. */
export const TMPFILES = "/etc/tmpfiles.d/modemkeeper.conf";
/** What the program itself must remember: generations, originals. */
export const STATE = "/var/lib/modemkeeper";
/** The script that smstools.service asks before it starts smsd. Not under /opt: it belongs to the host as the unit does. */
export const GUARD = "/usr/local/lib/modemkeeper/smsd-may-start";
/** Debian's group for serial ports; udev gives them to it. */
export const PORTS_GROUP = "dialout";
/** Under /run; made by the unit at each start and gone with it: a forgotten suspend cannot outlive smsd. */
export const RUN_DIRECTORY = "smstools";
/** Lines `NAME: reason` here make smsd let go of a modem. */
export const SUSPEND = `/run/${RUN_DIRECTORY}/suspend`;
/** Under /var/lib, made by the unit. */
export const STATE_DIRECTORY = "smstools";
/** The agent: it alone decides when smsd starts again. */
export const AGENT_UNIT = "modemkeeper.service";
/** Starts a dead smsd while the agent cannot run. */
export const FALLBACK_TIMER = "modemkeeper-fallback.timer";
export const FALLBACK = "/usr/local/lib/modemkeeper/fallback";
/** The command that bootstrap.sh installs; the agent runs by it. */
export const PROGRAM = "/usr/local/bin/modemkeeper";
/** Under /run, /var/log and /var/lib, made by the agent's unit. */
export const AGENT_DIRECTORY = "modemkeeper";
/** What the agent sees now; gone with the agent. */
export const AGENT_STATE = `/run/${AGENT_DIRECTORY}/state.json`;
/** Timeline and access log. */
export const AGENT_LOGS = `/var/log/${AGENT_DIRECTORY}`;
/** Messages taken out of smsd's queue because they kill the modem or would be sent again and again. */
export const SET_ASIDE = "/var/spool/modemkeeper/set-aside";
/** Held by whoever changes the host: one at a time. */
export const APPLY_LOCK = "/run/modemkeeper.lock";

/**
 * Folders of the system itself, which no inventory may hand over to smsd.
 * `/var/log/smsd.log` would hand over /var/log.
 */
const SHARED = new Set([
  ...["", "/bin", "/boot", "/dev", "/etc", "/home", "/lib", "/media", "/mnt", "/opt", "/proc", "/root", "/run"],
  ...["/sbin", "/srv", "/sys", "/tmp", "/usr", "/var", "/var/cache", "/var/lib", "/var/lock", "/var/log"],
  ...["/var/mail", "/var/opt", "/var/run", "/var/spool", "/var/tmp", "/usr/bin", "/usr/lib", "/usr/local", "/usr/sbin"],
]);

/** The folder of a path; no trailing slash. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/**
 * `folder`, if it may belong to smsd alone.
 * @throws ModemkeeperError inventory-invalid for one that the system shares
 */
export function ownFolder(folder: string, what: string): string {
  if (folder.startsWith("/") && !SHARED.has(folder.replace(/\/+$/, ""))) return folder;
  throw new ModemkeeperError("inventory-invalid", `${what} would hand the folder "${folder}" over to smsd.`, {
    why: "Other programs use this folder too; it would get smsd's owner and mode.",
    fix: `Choose a folder of its own, such as one below "${folder}".`,
  });
}

/**
 * smsd's temporary files: beside its queue, because it renames them into it,
 * and a rename does not cross filesystems.
 */
export function temporaryFolder(smsd: SmsdSection): string {
  return `${parentOf(smsd.spool.checked)}/tmp`;
}
