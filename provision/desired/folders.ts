import type { Inventory } from "../../core/model/inventory.ts";
import type { DirectoryResource } from "../../core/model/resource.ts";
import { ownFolder, parentOf, temporaryFolder } from "./paths.ts";

/**
 * Debian's mode for the spool without its r-x for everybody, since texts are private.
 * Setgid: what is put there belongs to smsd's group. Sticky: its members cannot take each other's files.
 */
const SPOOL_MODE = 0o3770;
/** Logs name the numbers that were sent to. Setgid, as Debian has it. */
const LOG_MODE = 0o2750;

/** Every folder that must exist, parents first. */
export function folders({ smsd }: Inventory): readonly DirectoryResource[] {
  const { stats, ...spool } = smsd.spool;
  const smsds = (mode: number) => (path: string, what: string) =>
    folder(ownFolder(path, what), mode, smsd.user, smsd.group);
  const spoolFolder = smsds(SPOOL_MODE);
  const logFolder = smsds(LOG_MODE);
  return [
    folder("/etc/modemkeeper", 0o755, "root", "root"),
    folder("/etc/modemkeeper/secrets", 0o700, "root", "root"),
    folder("/var/lib/modemkeeper", 0o700, "root", "root"),
    logFolder(parentOf(smsd.logfile), "smsd.logfile"),
    logFolder(stats, "smsd.spool.stats"),
    ...Object.entries(spool).map(([name, path]) => spoolFolder(path, `smsd.spool.${name}`)),
    spoolFolder(temporaryFolder(smsd), "The folder for temporary files"),
  ];
}

function folder(path: string, mode: number, owner: string, group: string): DirectoryResource {
  return { kind: "directory", id: `directory:${path}`, path, mode, owner, group, consequences: [] };
}
