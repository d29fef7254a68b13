import type { Inventory } from "../../../core/model/inventory.ts";
import { GUARD, PORTS_GROUP, RUN_DIRECTORY, SMSD_CONF, STATE_DIRECTORY, SUSPEND, temporaryFolder } from "../paths.ts";

/** What templates/etc/systemd/system/smstools.service.hbs prints. */
export function unitContext({ smsd }: Inventory) {
  const run = `/run/${RUN_DIRECTORY}`;
  return {
    user: smsd.user,
    group: smsd.group,
    ports: PORTS_GROUP,
    runDirectory: RUN_DIRECTORY,
    stateDirectory: STATE_DIRECTORY,
    temporary: `TMPDIR=${temporaryFolder(smsd)}`,
    guard: GUARD,
    binary: smsd.binary,
    configuration: `-c${SMSD_CONF}`,
    pidfile: `-p${run}/smsd.pid`,
    infofile: `-i${run}/smsd.working`,
  };
}

/** What templates/usr/local/lib/modemkeeper/smsd-may-start.hbs prints. */
export function guardContext({ smsd }: Inventory) {
  const { spool } = smsd;
  const written = [spool.incoming, spool.outgoing, spool.checked, spool.sent, spool.failed, spool.report, spool.saved];
  return {
    configuration: SMSD_CONF,
    logfile: smsd.logfile,
    state: `/var/lib/${STATE_DIRECTORY}`,
    suspend: SUSPEND,
    spool,
    folders: [...written, temporaryFolder(smsd)],
  };
}

/** What templates/etc/logrotate.d/smstools.hbs prints. */
export function logrotateContext({ smsd }: Inventory) {
  return { logfile: smsd.logfile, user: smsd.user, group: smsd.group };
}
