import type { AgentHost } from "../../core/agent-ports.ts";
import { EXIT, messageOf } from "../../core/errors.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import { expectedLinks } from "../../provision/desired/links.ts";
import { bindLinks } from "../../provision/plan/bind-links.ts";
import type { WantedLink } from "../../provision/plan/compare-links.ts";
import { writeLink } from "../act/write-link.ts";
import { observeLinks } from "../observe/links.ts";
import { acting, caller, note } from "./acting.ts";
import type { AgentCommand, AgentContext } from "./context.ts";

type NoOptions = Readonly<Record<string, never>>;

/** What is wrong with one link. */
interface WrongLink {
  readonly wanted: WantedLink;
  /** Where it leads now; undefined if it is not there. */
  readonly leads: string | undefined;
}

/** `modemkeeper links repair`: what the agent does by itself. udev is asked first; only what it then still lacks is written. */
export const linksRepairCommand: AgentCommand<NoOptions> = async (context) => {
  const inventory = await context.inventory();
  return acting(context, async () => {
    const { terminal, host } = context;
    const { links, notes } = bindLinks(inventory.modems, await host.usb.attached());
    for (const sentence of notes) terminal.out(`note: ${sentence}\n`);
    const stale = await removeStale(context, inventory, links);
    const wrong = await wrongLinks(host, inventory, links);
    if (wrong.length === 0) {
      terminal.out(
        links.length === 0 ? "No modem is plugged in that has links.\n" : `All ${links.length} links are right.\n`,
      );
      return EXIT.ok;
    }
    for (const one of wrong) terminal.out(`${describe(one)}\n`);
    const left = await repair(context, inventory, wrong);
    const mended = wrong.length + stale - left.length;
    await note(host, "host", "links-repaired-by-hand", `${caller(context)} had ${mended} links repaired`);
    return left.length === 0 ? EXIT.ok : EXIT.failed;
  });
};

async function wrongLinks(
  host: AgentHost,
  { modems }: Inventory,
  links: readonly WantedLink[],
): Promise<readonly WrongLink[]> {
  const there = await observeLinks(host, modems);
  return links.filter(({ path, tty }) => there[path] !== tty).map((wanted) => ({ wanted, leads: there[wanted.path] }));
}

function describe({ wanted, leads }: WrongLink): string {
  const is = leads === undefined ? "is missing" : `leads to ${leads}`;
  return `${wanted.path} ${is}; it must lead to ${wanted.tty}.`;
}

/** Says what became of each; returns those that are still wrong. */
async function repair(
  context: AgentContext,
  inventory: Inventory,
  wrong: readonly WrongLink[],
): Promise<readonly WrongLink[]> {
  const { host, terminal } = context;
  const wanted = wrong.map((one) => one.wanted);
  await host.udev.trigger([...new Set(wanted.map(({ device }) => device))]);
  const left = await wrongLinks(host, inventory, wanted);
  const byUdev = wrong.length - left.length;
  if (byUdev > 0) terminal.out(`udev made ${byUdev} of them when it was asked again.\n`);
  for (const {
    wanted: { path, tty },
  } of left)
    await writeOne(context, path, tty);
  return wrongLinks(host, inventory, wanted);
}

async function writeOne({ host, terminal }: AgentContext, path: string, tty: string): Promise<void> {
  try {
    terminal.out(`${await writeLink(host, path, tty)}: it was written by hand, since udev did not make it.\n`);
  } catch (error) {
    terminal.err(`${path} could not be written: ${messageOf(error)}\n`);
  }
}

/** A link of ours that leads nowhere: udev removes what it made, not what was written. */
async function removeStale(
  { host, terminal }: AgentContext,
  { modems }: Inventory,
  wanted: readonly WantedLink[],
): Promise<number> {
  const there = await observeLinks(host, modems);
  const unwanted = expectedLinks(modems).filter(({ path }) => there[path] && !wanted.some((one) => one.path === path));
  const terminals = await host.stats.of(unwanted.map(({ path }) => `/dev/${there[path]}`));
  const stale = unwanted.filter((_, index) => terminals[index] === undefined);
  for (const { path } of stale) {
    await host.files.remove(path);
    terminal.out(`${path} led to ${there[path]}, which is gone: it was removed.\n`);
  }
  return stale.length;
}
