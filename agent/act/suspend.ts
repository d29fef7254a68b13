import type { AgentHost } from "../../core/agent-ports.ts";
import { ModemkeeperError } from "../../core/errors.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import type { FileEntry } from "../../core/ports.ts";
import { PORTS_GROUP, parentOf, SUSPEND, UNIT } from "../../provision/desired/paths.ts";
import { ourLine, parseSuspend, readSuspend, type SuspendLine } from "../observe/suspend.ts";

export interface SuspendTools {
  readonly host: Pick<AgentHost, "files" | "stats" | "smsd" | "proc" | "clock">;
  readonly inventory: Inventory;
  readonly signal: AbortSignal;
}

/**
 * Makes our lines in smsd's suspend file exactly these; lines of the guard and of people stay. smsd looks at once.
 * Returns one sentence.
 * @throws ModemkeeperError precondition-missing if smsd does not run, io if the file cannot be written
 */
export async function suspendModems(tools: SuspendTools, modems: Readonly<Record<string, string>>): Promise<string> {
  const { host } = tools;
  // The folder comes and goes with smsd (RuntimeDirectory=); made by us it would have the wrong owner.
  const folder = await host.files.read(parentOf(SUSPEND));
  if (folder?.kind !== "directory") {
    throw new ModemkeeperError("precondition-missing", "smsd does not run: there is nothing to suspend");
  }
  const entry = await readSuspend(host);
  const before = entry?.kind === "file" ? parseSuspend(entry.content) : [];
  const ours = Object.entries(modems).map(([name, reason]) => ourLine(name, reason));
  const content = [...before.filter((line) => !line.ours).map(({ text }) => text), ...ours]
    .map((line) => `${line}\n`)
    .join("");
  const changed = changedNames(before, modems);
  if (entry?.kind === "file" && entry.content === content) return said(modems);
  if (entry) await nextSecond(tools, entry);
  const { user } = tools.inventory.smsd;
  // The guard, which runs as smsd's user, empties it at each start.
  await host.files.write(SUSPEND, { content, mode: 0o644, owner: user, group: PORTS_GROUP });
  await wake(tools, changed);
  return said(modems);
}

function said(modems: Readonly<Record<string, string>>): string {
  const names = Object.keys(modems);
  return names.length === 0 ? "smsd leaves out no modem" : `smsd leaves out ${names.join(", ")}`;
}

function changedNames(before: readonly SuspendLine[], after: Readonly<Record<string, string>>): readonly string[] {
  const were = before.filter((line) => line.ours).map(({ name }) => name);
  const are = Object.keys(after);
  return [...were.filter((name) => !are.includes(name)), ...are.filter((name) => !were.includes(name))];
}

/** smsd reads the file again only when its time has changed (smstools 3.1.21), and st_mtime counts whole seconds. */
async function nextSecond({ host, signal }: SuspendTools, entry: FileEntry): Promise<void> {
  const now = host.clock.now().getTime();
  if (Math.floor(entry.modifiedAt / 1000) !== Math.floor(now / 1000)) return;
  await host.clock.sleep(1000 - (now % 1000), signal);
}

/** SIGCONT makes a process of smsd look now instead of at its next poll: the main one, and those of the modems concerned. */
async function wake({ host, inventory }: SuspendTools, changed: readonly string[]): Promise<void> {
  const processes = (await host.smsd.processes()).filter(({ unit }) => unit === UNIT);
  const main = [...processes].sort((a, b) => a.startedAt - b.startedAt || a.pid - b.pid)[0];
  const names = changed.includes("ALL") ? inventory.modems.map(({ name }) => name) : changed;
  const modemPids = await Promise.all(names.map((name) => host.proc.smsdModemProcess(name)));
  for (const pid of new Set([main?.pid, ...modemPids])) {
    if (pid !== undefined) await host.proc.signal(pid, "SIGCONT");
  }
}
