import type { AgentHost } from "../../../core/agent-ports.ts";
import type { Inventory } from "../../../core/model/inventory.ts";
import type { ModemModel } from "../../../core/model/modem-model.ts";
import type { UnitState } from "../../../core/ports.ts";
import { AGENT_UNIT, FALLBACK_TIMER, SMSD_CONF, UNIT } from "../../../provision/desired/paths.ts";
import { parseSmsdConf } from "../../../provision/init/smsd-conf.ts";
import { bindLinks } from "../../../provision/plan/bind-links.ts";
import { bindModems } from "../../../provision/plan/bind-modems.ts";
import { portsOf } from "../../at/ports.ts";
import { compareHost } from "../../engine/compare-host.ts";
import { observeLinks } from "../../observe/links.ts";
import { readSmall } from "../../observe/small-file.ts";
import type { PathFact, SetupFacts, SmsdConfFact } from "../facts.ts";
import { absent } from "../known.ts";
import type { Wanted } from "./inventory.ts";
import type { Look } from "./look.ts";
import { OURS } from "./marks.ts";
import { unreadableSecrets } from "./secrets.ts";

/** The units that doctor asks systemd about. */
export const UNITS = [UNIT, AGENT_UNIT, FALLBACK_TIMER, "ModemManager.service", "brltty.service"] as const;
const MAX_CONF = 1_048_576;
const MAX_SMALL = 65_536;
/** A comparison makes everything that provision would write; a board takes a second for it. */
const COMPARED_WITHIN = 8_000;

/** What provision made, or has yet to make. */
export async function gatherSetup(look: Look, slow: Look, { fact, wanted }: Wanted): Promise<SetupFacts> {
  const { host, see } = look;
  const isInstalled = "value" in fact && fact.value.state === "valid";
  const [comparison, units, secrets, smsdPackage, smsdConf, smsdUser, spool, ttys, wrongLinks] = await Promise.all([
    isInstalled ? compared(slow) : absent("there is no valid inventory to compare with"),
    see("systemd's units", () => unitStates(host)),
    see("secrets", () => unreadableSecrets(host, wanted)),
    see("installed packages", () => host.packages.installed(wanted.smsd.package)),
    see(SMSD_CONF, () => smsdConfFact(host)),
    see("accounts", () => host.accounts.user(wanted.smsd.user)),
    see("smsd's spool", () => pathFacts(host, Object.values(wanted.smsd.spool))),
    see("terminals", async () => pathFacts(host, await ourTerminals(host, wanted))),
    see("links under /dev", () => wrongLinksOf(host, wanted)),
  ]);
  return {
    inventory: fact,
    wanted,
    ...{ comparison, units, secrets, smsdPackage, smsdConf, smsdUser, spool, ttys, wrongLinks },
  };
}

export { COMPARED_WITHIN };

async function compared({ host, see }: Look): Promise<SetupFacts["comparison"]> {
  // Without root a PIN cannot be read, and then every comparison fails: no fault of the inventory.
  if (host.uid !== 0)
    return { unseen: { cause: "not-root", why: "host and inventory cannot be compared without root" } };
  return see("the comparison of host and inventory", () => compareHost(host));
}

async function unitStates(host: AgentHost): Promise<Readonly<Record<string, UnitState>>> {
  const states = await Promise.all(UNITS.map(async (unit) => [unit, await host.services.state(unit)] as const));
  return Object.fromEntries(states);
}

async function smsdConfFact(host: AgentHost): Promise<SmsdConfFact> {
  const entry = await readSmall(host, SMSD_CONF, MAX_CONF);
  if (!entry) return { state: "none" };
  const text = entry.kind === "file" ? entry.content : "";
  return { state: text.includes(OURS) ? "ours" : "foreign", conf: parseSmsdConf(text) };
}

async function pathFacts(host: AgentHost, paths: readonly string[]): Promise<readonly PathFact[]> {
  return Promise.all(paths.map((path) => pathFact(host, path)));
}

export async function pathFact(host: Pick<AgentHost, "files" | "stats">, path: string): Promise<PathFact> {
  const entry = await readSmall(host, path, MAX_SMALL);
  if (!entry) return { path };
  // Too large to be what it should be.
  if (entry.kind === "too-big") return { path, is: { kind: "other", mode: 0, owner: "", group: "" } };
  const { kind, mode, owner, group } = entry;
  return { path, is: { kind, mode, owner, group } };
}

async function ourTerminals(host: AgentHost, { modems }: Inventory): Promise<readonly string[]> {
  const { bound } = bindModems(modems, await host.usb.attached());
  return bound.flatMap((binding) => portsOf(binding).flatMap(({ tty }) => (tty === undefined ? [] : [`/dev/${tty}`])));
}

async function wrongLinksOf(host: AgentHost, { modems }: Inventory): Promise<readonly string[]> {
  const { links } = bindLinks(modems, await host.usb.attached());
  const there = await observeLinks(host, modems);
  return links
    .filter(({ path, tty }) => there[path] !== tty)
    .map(({ path, tty }) => {
      const leads = there[path];
      return `${path} ${leads === undefined ? "is missing" : `leads to ${leads}`}; it must lead to ${tty}`;
    });
}

/** Models of the catalogue and those that the inventory brings itself. */
export function modelsOf(catalogue: readonly ModemModel[], { modems }: Inventory): readonly ModemModel[] {
  const own = modems.map(({ model }) => model).filter(({ custom }) => custom);
  return [...catalogue, ...new Set(own)];
}
