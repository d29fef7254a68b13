import type { AgentHost, Holder } from "../../../core/agent-ports.ts";
import { RIVALS } from "../../observe/rivals.ts";
import type { RivalFacts } from "../facts.ts";
import type { Wanted } from "./inventory.ts";
import { gatherLeftovers } from "./leftovers.ts";
import type { Look } from "./look.ts";

/** Packages that bring programs which open modems by themselves. */
const PACKAGES = ["modemmanager", "brltty", "gammu-smsd", "gnokii-smsd"] as const;

export async function gatherRivals({ host, see }: Look, { wanted }: Wanted): Promise<RivalFacts> {
  const [running, holders, ignored, leftovers, packages] = await Promise.all([
    see("running programs", () => host.proc.running(RIVALS)),
    see("who has terminals open", () => holdersOf(host)),
    see("udev's database", () => ignoredDevices(host)),
    see("cron, boot scripts, units and rules", () => gatherLeftovers(host, wanted)),
    see("installed packages", () => installedOf(host)),
  ]);
  return { running, holders, ignored, leftovers, packages };
}

/** Other users' open files are for root alone: without it nobody seems to hold anything. */
async function holdersOf(host: AgentHost): Promise<Readonly<Record<string, readonly Holder[]>>> {
  if (host.uid !== 0) throw Object.assign(new Error("only root sees what others have open"), { code: "EACCES" });
  const attached = await host.usb.attached();
  const ttys = attached.flatMap(({ interfaces }) => interfaces.flatMap(({ tty }) => tty ?? []));
  const [byPath, agentPid] = await Promise.all([
    host.proc.holdersOf(ttys.map((tty) => `/dev/${tty}`)),
    host.services.state("modemkeeper.service").then(
      ({ mainPid }) => mainPid,
      () => 0,
    ),
  ]);
  const isOther = ({ pid, process }: Holder) => process !== "smsd" && pid !== agentPid;
  const found = ttys.map((tty) => [tty, (byPath.get(`/dev/${tty}`) ?? []).filter(isOther)] as const);
  return Object.fromEntries(found.filter(([, others]) => others.length > 0));
}

/** udev keeps what rules set in a file for each device, by its number (udev's database, /run/udev/data). */
async function ignoredDevices(host: AgentHost): Promise<Readonly<Record<string, boolean>>> {
  const attached = await host.usb.attached();
  const found = await Promise.all(
    attached.map(async ({ sysName }) => {
      const number = await host.files.read(`/sys/bus/usb/devices/${sysName}/dev`);
      if (number?.kind !== "file") return [];
      const entry = await host.files.read(`/run/udev/data/c${number.content.trim()}`);
      if (entry?.kind !== "file") return [];
      return [[sysName, /^E:ID_MM_DEVICE_IGNORE=1$/m.test(entry.content)] as const];
    }),
  );
  return Object.fromEntries(found.flat());
}

async function installedOf(host: AgentHost): Promise<readonly string[]> {
  const versions = await Promise.all(PACKAGES.map((name) => host.packages.installed(name)));
  return PACKAGES.filter((_, index) => versions[index] !== undefined);
}
