import type { AgentHost } from "../../core/agent-ports.ts";
import { ModemkeeperError } from "../../core/errors.ts";
import type { Spool } from "../../core/model/inventory.ts";
import { isPlainName } from "../observe/plain-name.ts";
import { lockedBy, removeIfStale } from "./locks.ts";

export interface SetAside {
  /** Name of a message in smsd's `checked` folder, or its path there. */
  readonly file: string;
  /** Where it is kept. */
  readonly folder: string;
  readonly why: string;
}

type SetAsideHost = Pick<AgentHost, "files" | "stats" | "smsd" | "clock">;

/**
 * Takes a message out of smsd's queue, keeps it, and notes beside it why. Returns one sentence.
 * @throws ModemkeeperError precondition-missing if smsd is sending it now or the name is none
 */
export async function setAside(host: SetAsideHost, spool: Spool, { file, folder, why }: SetAside): Promise<string> {
  const name = nameIn(spool.checked, file);
  const from = `${spool.checked}/${name}`;
  // Sent, or taken out by a person: what was wanted is so.
  if (!(await host.stats.regular(from))) return `${name} is no longer in smsd's queue`;
  const alive = new Set((await host.smsd.processes()).map(({ pid }) => pid));
  const sender = await lockedBy(host, `${from}.LOCK`);
  if (sender !== undefined && alive.has(sender)) {
    throw new ModemkeeperError("precondition-missing", `smsd (pid ${sender}) is sending ${name} now`, {
      why: "a message that is taken from under it would be sent and counted as lost",
    });
  }
  const to = await freePlace(host, `${folder}/${name}`);
  await host.stats.move(from, to);
  await host.files.write(`${to}.why`, {
    content: `${host.clock.now().toISOString()} ${why}\nIt was ${from}; to have it sent after all, move it to ${spool.outgoing}.\n`,
    mode: 0o600,
    owner: "root",
    group: "root",
  });
  await removeIfStale(host, `${from}.LOCK`, alive);
  return `${name} was taken out of smsd's queue and is kept as ${to}`;
}

/** @throws ModemkeeperError precondition-missing for anything but a plain name in the folder */
function nameIn(checked: string, file: string): string {
  const name = file.startsWith(`${checked}/`) ? file.slice(checked.length + 1) : file;
  if (isPlainName(name)) return name;
  throw new ModemkeeperError("precondition-missing", `${JSON.stringify(file)} is no message in ${checked}`);
}

/** A message of this name may have been set aside before. */
async function freePlace(host: SetAsideHost, path: string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const place = count === 1 ? path : `${path}.${count}`;
    const [there] = await host.stats.of([place]);
    if (!there) return place;
  }
}
