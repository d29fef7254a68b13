import type { AgentHost } from "../../../core/agent-ports.ts";
import { ModemkeeperError } from "../../../core/errors.ts";
import { filesIn } from "../../../core/files-in.ts";
import type { Inventory } from "../../../core/model/inventory.ts";
import {
  AGENT_LOGS,
  INVENTORY_COPY,
  PROGRAM,
  parentOf,
  STATE,
  temporaryFolder,
} from "../../../provision/desired/paths.ts";
import { EVENTS_LOG } from "../../paths.ts";
import type { Room, SystemFacts } from "../facts.ts";
import type { Wanted } from "./inventory.ts";
import type { Look } from "./look.ts";

export async function gatherSystem({ host, see }: Look, { wanted }: Wanted): Promise<SystemFacts> {
  const [time, newestFile, rooms, readOnly, journal] = await Promise.all([
    see("the time service", () => timeService(host)),
    see("the times of files", () => newestFileOf(host, wanted)),
    see("room on disks", () => roomsOf(host, wanted)),
    see("mounted filesystems", () => readOnlyMounts(host, wanted)),
    see("the journal's files", () => journalFact(host)),
  ]);
  return { time, newestFile, rooms, readOnly, journal };
}

async function timeService(host: AgentHost) {
  const answer = await host.inspection.timeService();
  if (answer) return answer;
  throw new ModemkeeperError("precondition-missing", "systemd's time service cannot be asked here");
}

/** Written by this machine or before it was given to us: none of them can come from the future. */
async function newestFileOf(host: AgentHost, { smsd }: Inventory) {
  const paths = [PROGRAM, INVENTORY_COPY, EVENTS_LOG, smsd.logfile, "/etc/os-release", "/var/lib/dpkg/status"];
  const stats = await host.stats.of(paths);
  const dated = paths.flatMap((path, index) => {
    const stat = stats[index];
    return stat ? [{ path, modifiedAt: stat.modifiedAt }] : [];
  });
  return dated.sort((a, b) => b.modifiedAt - a.modifiedAt)[0];
}

/** What must be written to; the nearest folder that exists stands for one that does not yet. */
async function writtenTo(host: AgentHost, { smsd }: Inventory): Promise<readonly string[]> {
  const wished = [
    ...Object.values(smsd.spool),
    temporaryFolder(smsd),
    parentOf(smsd.logfile),
    STATE,
    AGENT_LOGS,
    "/tmp",
  ];
  const there = await Promise.all(wished.map((path) => existing(host, path)));
  return [...new Set(there)];
}

async function existing(host: AgentHost, path: string): Promise<string> {
  const [stat] = await host.stats.of([path]);
  if (stat || path === "" || path === "/") return path === "" ? "/" : path;
  return existing(host, parentOf(path));
}

async function roomsOf(host: AgentHost, wanted: Inventory): Promise<readonly Room[]> {
  const paths = await writtenTo(host, wanted);
  const rooms = await Promise.all(
    paths.map(async (path) => {
      const room = await host.disk.room(path);
      return room ? [{ path, ...room }] : [];
    }),
  );
  return rooms.flat();
}

async function readOnlyMounts(host: AgentHost, wanted: Inventory) {
  const entry = await host.files.read("/proc/self/mounts");
  if (entry?.kind !== "file") throw new ModemkeeperError("precondition-missing", "/proc is not mounted");
  const mounts = entry.content.split("\n").flatMap(parseMount);
  const paths = await writtenTo(host, wanted);
  return paths.flatMap((path) => {
    const mount = mountOf(path, mounts);
    return mount?.readOnly ? [{ path, mount: mount.point }] : [];
  });
}

interface Mount {
  readonly point: string;
  readonly readOnly: boolean;
}

/** proc(5), fstab(5): blanks in a mount point are written as `\040`. */
function parseMount(line: string): readonly Mount[] {
  const [, point, , options] = line.split(" ");
  if (point === undefined || options === undefined) return [];
  const plain = point.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  return [{ point: plain, readOnly: options.split(",").includes("ro") }];
}

/** Of several at the same place the last one counts: it covers the others. */
function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  const fitting = mounts.filter(({ point }) => point === "/" || path === point || path.startsWith(`${point}/`));
  const longest = Math.max(0, ...fitting.map(({ point }) => point.length));
  return fitting.findLast(({ point }) => point.length === longest);
}

/** Where journald keeps its files (systemd-journald.service(8)); those under /run are gone at the next boot. */
async function journalFact(host: AgentHost): Promise<{ readonly persistent: boolean; readonly bytes: number }> {
  const onDisk = await sizeBelow(host, "/var/log/journal");
  if (onDisk > 0) return { persistent: true, bytes: onDisk };
  return { persistent: false, bytes: await sizeBelow(host, "/run/log/journal") };
}

async function sizeBelow(host: AgentHost, folder: string): Promise<number> {
  const machines = await host.files.list(folder);
  const sizes = await Promise.all(machines.map((name) => filesIn(host.stats, `${folder}/${name}`)));
  return sizes.flat().reduce((sum, { size }) => sum + size, 0);
}
