import { smsdPid } from "./agent.ts";
import type { Guest } from "./guest.ts";

/*
 * The words in which scenarios speak of smsd's polls: it opens a modem's port for each, and closes it in between.
 */

/**
 * Waits until smsd is between two polls of the modem. What it is to heed it has read before the next: a poll that had begun
 * before it was told to leave the modem alone would still fetch a message.
 */
export async function expectPollEnded(guest: Guest, modem = "SIM7600"): Promise<void> {
  await guest.waitFor(`! ${hasPort(await smsdPid(guest, modem))}`, 60);
}

/** Does `work` while smsd is between two polls: its process is held there, so that none begins before the work is done. */
export async function betweenPolls(guest: Guest, work: () => Promise<void>, modem = "SIM7600"): Promise<void> {
  const pid = await smsdPid(guest, modem);
  await guest.waitFor(`kill -STOP ${pid}; ${hasPort(pid)} || exit 0; kill -CONT ${pid}; false`, 60);
  await work();
  await guest.ok(`kill -CONT ${pid}`);
}

function hasPort(pid: number): string {
  return `ls -l /proc/${pid}/fd | grep -q ttyUSB`;
}
