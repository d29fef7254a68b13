import type { Inventory } from "../../core/model/inventory.ts";
import type { DirectoryResource, FolderFate } from "../../core/model/resource.ts";
import { needsNewId } from "./context/new-id.ts";
import {
  AGENT_LOGS,
  GUARD,
  ownFolder,
  PORTS_GROUP,
  parentOf,
  SET_ASIDE,
  STATE,
  STATE_DIRECTORY,
  TMPFILES_DROP_IN,
  temporaryFolder,
} from "./paths.ts";

/**
 * Debian's mode for the spool without its r-x for everybody, since texts are private.
 * Setgid: what is put there belongs to smsd's group. Sticky: its members cannot take each other's files.
 */
const SPOOL_MODE = 0o3770;
/** Logs name the numbers that were sent to. Setgid, as Debian has it. */
const LOG_MODE = 0o2750;

/** Every folder that must exist, parents first. */
export function folders(inventory: Inventory): readonly DirectoryResource[] {
  const { smsd, incoming } = inventory;
  const { stats, ...spool } = smsd.spool;
  const smsds = (mode: number, onDestroy: FolderFate) => (path: string, what: string) =>
    folder(ownFolder(path, what), mode, smsd.user, smsd.group, onDestroy);
  return [
    folder("/etc/modemkeeper", 0o755, "root", "root", "remove-if-empty"),
    folder("/etc/modemkeeper/secrets", 0o700, "root", "root", "remove-if-empty"),
    folder(STATE, 0o700, "root", "root", "remove"),
    ...(needsNewId(inventory) ? [folder(parentOf(TMPFILES_DROP_IN), 0o755, "root", "root", "remove-if-empty")] : []),
    folder(parentOf(GUARD), 0o755, "root", "root", "remove-if-empty"),
    folder(parentOf(SET_ASIDE), 0o700, "root", "root", "remove-if-empty"),
    folder(SET_ASIDE, 0o700, "root", "root", "ask"),
    folder(ownFolder(incoming.processed, "incoming.processed"), 0o700, "root", "root", "ask"),
    folder(ownFolder(incoming.deadLetter, "incoming.dead_letter"), 0o700, "root", "root", "ask"),
    // As LogsDirectory= and StateDirectory= of the units make them; here so that they go when all goes.
    folder(AGENT_LOGS, 0o750, "root", "root", "remove"),
    folder(`/var/lib/${STATE_DIRECTORY}`, 0o700, smsd.user, PORTS_GROUP, "remove"),
    smsds(LOG_MODE, "remove-if-empty")(parentOf(smsd.logfile), "smsd.logfile"),
    smsds(LOG_MODE, "remove")(stats, "smsd.spool.stats"),
    ...Object.entries(spool).map(([name, path]) => smsds(SPOOL_MODE, "ask")(path, `smsd.spool.${name}`)),
    smsds(SPOOL_MODE, "remove")(temporaryFolder(smsd), "The folder for temporary files"),
  ];
}

function folder(path: string, mode: number, owner: string, group: string, onDestroy: FolderFate): DirectoryResource {
  return { kind: "directory", id: `directory:${path}`, path, onDestroy, mode, owner, group, consequences: [] };
}
