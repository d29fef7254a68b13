import { EXIT, ModemkeeperError } from "../../core/errors.ts";
import type { FileEntry, Files } from "../../core/ports.ts";
import { SMSD_CONF } from "../desired/paths.ts";
import type { Terminals } from "../init/assign.ts";
import { devicePathsOf, type Proposal, type ProposalInput, propose } from "../init/propose.ts";
import { takeoverReport } from "../init/report.ts";
import { loadCatalogue } from "../models/catalogue.ts";
import { painter } from "../views/paint.ts";
import { absolutePath, type Command, type CommandContext } from "./context.ts";
import { followLinks, readFollowing } from "./follow-links.ts";
import { movePins, pinInstructions } from "./move-pins.ts";

export interface InitOptions {
  /** An smsd.conf to take over. */
  readonly from?: string;
  /** Where the inventory goes; `-` is standard output. */
  readonly out: string;
  readonly force?: boolean;
}

/** First line of the smsd.conf that our template renders. */
const OURS = /^# Written by modemkeeper\b/;
/** Far beyond any smsd.conf; its documented example has 2 KiB. */
const LARGEST = 1_000_000;

/** `provision init`: an inventory from what is plugged in, and from an smsd.conf that is there already. */
export const initCommand: Command<InitOptions> = async (context, options) => {
  const { host, local, terminal } = context;
  const target = options.out === "-" ? undefined : absolutePath(context, options.out);
  if (target !== undefined) await refuseExisting(local, target, options);
  const conf = await oldConf(context, options.from);
  const proposal = propose({
    bus: await host.usb.attached(),
    catalogue: await loadCatalogue(host.program),
    schemaLine: await schemaLine(context),
    ...(conf ? { conf } : {}),
  });
  if (conf) terminal.err(`${takeoverReport(proposal, conf.name, painter(terminal.colour))}\n`);
  for (const note of proposal.notes) terminal.err(`note: ${note}\n`);
  if (target === undefined) {
    pinInstructions(context, proposal.pins);
    terminal.out(proposal.text);
    return EXIT.ok;
  }
  await movePins(context, proposal.pins, options.force === true);
  await local.write(target, { content: proposal.text, mode: 0o644, ...context.owner });
  terminal.err(`${written(proposal, options.out)}\n`);
  return EXIT.ok;
};

function written({ text }: Proposal, out: string): string {
  const modems = (text.match(/^ {2}- name:/gm) ?? []).length;
  return `Wrote ${out} with ${modems} modem${modems === 1 ? "" : "s"}. Read it, then: provision -i ${out} plan`;
}

async function refuseExisting(local: Files, target: string, { out, force }: InitOptions): Promise<void> {
  const entry = await local.read(target);
  if (entry === undefined || (force === true && entry.kind !== "directory")) return;
  const why = "what a person wrote there would be lost";
  if (entry.kind === "directory") throw new ModemkeeperError("usage", `${out} is a folder`, { fix: "name a file" });
  throw new ModemkeeperError("precondition-missing", `${out} exists already`, {
    why,
    fix: "write elsewhere with --out FILE, print with --out -, or replace it with --force",
  });
}

/** The file that was named, or the target's own smsd.conf unless we wrote it. */
async function oldConf(context: CommandContext, from: string | undefined): Promise<ProposalInput["conf"]> {
  const { host, local, terminal } = context;
  if (from !== undefined) {
    const text = contentOf(await readFollowing(local, absolutePath(context, from)), from);
    return { text, name: from, terminals: await terminalsOf(host.files, text) };
  }
  const entry = await readFollowing(host.files, SMSD_CONF);
  if (entry === undefined) return undefined;
  const text = contentOf(entry, SMSD_CONF);
  if (OURS.test(text)) {
    terminal.err(`note: ${SMSD_CONF} was written by modemkeeper, so there is nothing to take over from it.\n`);
    return undefined;
  }
  return { text, name: SMSD_CONF, terminals: await terminalsOf(host.files, text) };
}

function contentOf(entry: FileEntry | undefined, name: string): string {
  if (entry?.kind !== "file") {
    throw new ModemkeeperError("precondition-missing", `${name} is ${entry ? "not a file" : "not there"}`, {
      why: "its settings cannot be taken over",
      fix: "name another smsd.conf with --from",
    });
  }
  if (entry.content.length > LARGEST) {
    throw new ModemkeeperError("precondition-missing", `${name} is no smsd.conf: it has over a million characters`, {
      fix: "name another file with --from",
    });
  }
  return entry.content;
}

async function terminalsOf(files: Files, text: string): Promise<Terminals> {
  const paths = devicePathsOf(text).filter((path) => /^\/dev\/[A-Za-z0-9._:@+/-]+$/.test(path));
  const found = await Promise.all(
    paths.map(async (path) => {
      const end = await followLinks(files, path);
      return end === undefined ? [] : [[path, end.slice(end.lastIndexOf("/") + 1)] as const];
    }),
  );
  return new Map(found.flat());
}

/** As the shipped inventory has it. */
async function schemaLine({ host }: CommandContext): Promise<string> {
  const [first = ""] = (await host.program.read("inventory.yaml")).split("\n");
  return first.startsWith("# yaml-language-server:") ? first : "# The inventory of modemkeeper.";
}
