import type { AgentHost } from "../../../core/agent-ports.ts";
import type { Inventory } from "../../../core/model/inventory.ts";
import { readSmall } from "../../observe/small-file.ts";
import type { Leftover } from "../facts.ts";
import { callsOf, deedOf, doesOf } from "./deeds.ts";
import { OURS } from "./marks.ts";

const MAX_BYTES = 65_536;
const MAX_FILES = 300;

interface Place {
  readonly kind: Leftover["kind"];
  readonly folder: string;
  readonly named: RegExp;
}

/** Where a machine is told to do something by itself. Units and rules of packages lie under /lib and are left out. */
const PLACES: readonly Place[] = [
  { kind: "cron", folder: "/etc", named: /^(crontab|anacrontab)$/ },
  ...["cron.d", "cron.hourly", "cron.daily", "cron.weekly"].map(
    (name): Place => ({ kind: "cron", folder: `/etc/${name}`, named: /^[^.]/ }),
  ),
  { kind: "cron", folder: "/var/spool/cron/crontabs", named: /^[^.]/ },
  { kind: "boot-script", folder: "/etc", named: /^rc\.local$/ },
  { kind: "boot-script", folder: "/etc/network/if-up.d", named: /^[^.]/ },
  { kind: "unit", folder: "/etc/systemd/system", named: /\.(service|timer|path)$/ },
  { kind: "udev-rule", folder: "/etc/udev/rules.d", named: /\.rules$/ },
];

/** Whatever starts, stops or disturbs smsd behind its keeper's back. */
export async function gatherLeftovers(host: AgentHost, wanted: Inventory): Promise<readonly Leftover[]> {
  const places = await Promise.all(PLACES.map((place) => filesOf(host, place)));
  const found = await Promise.all(
    places
      .flat()
      .slice(0, MAX_FILES)
      .map(({ kind, path }) => inFile(host, kind, path, wanted)),
  );
  return [...found.flat(), ...(await initScript(host))];
}

async function filesOf(host: AgentHost, { kind, folder, named }: Place) {
  const names = await host.files.list(folder).catch((error: unknown) => {
    // Crontabs of users are root's; the rest can still be looked at.
    if (host.uid !== 0) return [];
    throw error;
  });
  return names.filter((name) => named.test(name)).map((name) => ({ kind, path: `${folder}/${name}` }));
}

async function inFile(
  host: AgentHost,
  kind: Leftover["kind"],
  path: string,
  wanted: Inventory,
): Promise<readonly Leftover[]> {
  const text = await foreignText(host, path);
  if (text === undefined) return [];
  const lines = text.split("\n");
  const found = await Promise.all(
    lines.map((line, index) => inLine(host, { kind, path, line: index + 1 }, line, wanted)),
  );
  return found.flat();
}

async function inLine(
  host: AgentHost,
  place: Pick<Leftover, "kind" | "path" | "line">,
  line: string,
  wanted: Inventory,
): Promise<readonly Leftover[]> {
  if (/^\s*(#|;|$)/.test(line)) return [];
  const direct = deedOf(line, wanted.manualStop.flag);
  if (direct !== undefined) return [{ ...place, does: direct }];
  // One call deep: what a cron job calls is usually the deed itself.
  for (const script of callsOf(line)) {
    const text = await foreignText(host, script);
    const does = text === undefined ? undefined : doesOf(script, text, wanted.manualStop.flag);
    if (does !== undefined) return [{ ...place, does, by: script }];
  }
  return [];
}

/** Undefined for what is not there, is ours, may not be read, or is too large for a script. */
async function foreignText(host: AgentHost, path: string): Promise<string | undefined> {
  const entry = await readSmall(host, path, MAX_BYTES).catch((error: unknown) => {
    if (host.uid !== 0) return undefined;
    throw error;
  });
  if (entry?.kind !== "file" || entry.content.includes(OURS)) return undefined;
  return entry.content;
}

const RUNLEVELS = ["/etc/rc2.d", "/etc/rc3.d", "/etc/rc5.d"];

/** Debian's own init script, where nothing keeps it from being run: our unit of the same name does. */
async function initScript(host: AgentHost): Promise<readonly Leftover[]> {
  const [script, unit] = await Promise.all([
    host.files.read("/etc/init.d/smstools"),
    host.files.read("/etc/systemd/system/smstools.service"),
  ]);
  if (script?.kind !== "file" || unit !== undefined) return [];
  const links = (await Promise.all(RUNLEVELS.map((folder) => host.files.list(folder)))).flat();
  const starts = links.some((name) => /^S\d+smstools$/.test(name));
  const does = starts
    ? 'starts smsd at boot, and shows a dead smsd as "active (exited)"'
    : 'shows a dead smsd as "active (exited)"';
  return [{ kind: "init-script", path: "/etc/init.d/smstools", does }];
}
