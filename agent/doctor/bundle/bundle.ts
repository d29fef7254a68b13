import type { PackedFile } from "../../../core/inspection-ports.ts";
import type { AgentContext } from "../../commands/context.ts";
import { inert } from "../../views/inert.ts";
import type { DoctorFacts } from "../facts.ts";
import { gatherFacts } from "../gather/gather.ts";
import { type Look, lookAt } from "../gather/look.ts";
import { maskerFor } from "./mask.ts";
import { secretValues } from "./secret-values.ts";
import type { SourceContext } from "./source-context.ts";
import { SOURCES, type Source } from "./sources.ts";

/** Octets of one file: the newest of a log. All together stay below 8 MiB. */
const MOST_OCTETS = 512 * 1024;

export interface Missing {
  readonly name: string;
  readonly why: string;
}

export interface Bundle {
  readonly files: readonly PackedFile[];
  /** What could not be had, and why. */
  readonly missing: readonly Missing[];
}

/** Everything that goes into the archive, masked; what cannot be had is named in the MANIFEST, and no failure. */
export async function collectBundle(context: AgentContext): Promise<Bundle> {
  const { host, inventoryFile } = context;
  const facts = await gatherFacts(host, inventoryFile);
  const mask = maskerFor(await secretValues(host, facts.setup.wanted));
  const look = lookAt(host);
  const read = await Promise.all(SOURCES.map((source) => contentOf(look, source, { context, facts, mask })));
  const files = read.flatMap((one) => ("content" in one ? [one] : []));
  const missing = read.flatMap((one) => ("why" in one ? [one] : []));
  const manifest = { name: "MANIFEST", content: manifestOf({ files, missing }, facts) };
  return { files: [manifest, ...files], missing };
}

async function contentOf(look: Look, { name, read }: Source, given: SourceContext): Promise<PackedFile | Missing> {
  const seen = await look.see(name, () => read(given));
  if ("unseen" in seen) return { name, why: given.mask.text(seen.unseen.detail ?? seen.unseen.why) };
  if (seen.value === undefined || seen.value === "") return { name, why: "there is nothing of it on this machine" };
  return { name, content: newest(seen.value) };
}

/** Whole lines. */
function newest(text: string): string {
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= MOST_OCTETS) return text;
  const tail = bytes.subarray(bytes.length - MOST_OCTETS).toString("utf8");
  return `(what is older is left out)\n${tail.slice(tail.indexOf("\n") + 1)}`;
}

export const MASKED =
  "Masked, in every file: phone numbers, texts of messages, PINs, passwords, tokens, paths and queries of URLs, IMEI, IMSI, ICCID, PDUs, mail addresses, public IP addresses.";
export const KEPT =
  "Kept: names of the host, of users, modems and files; private IP addresses; versions, times and counts.";

function manifestOf({ files, missing }: Bundle, { now, version, root }: DoctorFacts): string {
  const what = new Map(SOURCES.map(({ name, what: about }) => [name, about]));
  const lines = [
    `modemkeeper ${version}, ${new Date(now).toISOString()}${root ? "" : ", not collected by root"}`,
    MASKED,
    KEPT,
    "",
    ...files.map(({ name, content }) => `${name}  ${Buffer.byteLength(content)} octets  ${what.get(name) ?? ""}`),
    ...(missing.length === 0
      ? []
      : ["", "Could not be had:", ...missing.map(({ name, why }) => `${name}  ${inert(why)}`)]),
  ];
  return `${lines.join("\n")}\n`;
}
