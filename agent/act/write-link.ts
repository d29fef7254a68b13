import type { AgentHost } from "../../core/agent-ports.ts";
import { ModemkeeperError } from "../../core/errors.ts";

const LINK = /^\/dev\/ttyUSB_[A-Za-z0-9][A-Za-z0-9._-]*$/;
const TERMINAL = /^tty[A-Za-z]{1,8}\d{1,4}$/;

/**
 * Writes a link as udev does: relative, under /dev. Returns one sentence.
 * @throws ModemkeeperError precondition-missing for a name that is none of ours, or a terminal that is not there
 */
export async function writeLink(host: Pick<AgentHost, "files" | "stats">, path: string, tty: string): Promise<string> {
  if (!LINK.test(path) || !TERMINAL.test(tty)) {
    throw new ModemkeeperError("precondition-missing", `${path} → ${tty} is no link of a modem`);
  }
  const [terminal] = await host.stats.of([`/dev/${tty}`]);
  if (!terminal) throw new ModemkeeperError("precondition-missing", `there is no /dev/${tty}`);
  await host.files.link(path, tty);
  return `${path} leads to ${tty}`;
}
