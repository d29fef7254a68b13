import { Document, isNode } from "yaml";
import { printable } from "../../core/diagnostics.ts";
import type { Seat } from "./assign.ts";
import type { Claim } from "./fate.ts";
import { deviceName, usablePort } from "./survey.ts";

export interface InventoryDraft {
  /** The first line, for editors. */
  readonly schemaLine: string;
  /** Where it was written from, for the reader. */
  readonly origin: string;
  readonly seats: readonly Seat[];
  readonly claims: readonly Claim[];
  /** Paragraphs for the end, each a block of comment. */
  readonly appendix: readonly string[];
}

type Tree = Record<string, unknown>;

/** The inventory as text. The same draft gives the same bytes. */
export function renderInventory(draft: InventoryDraft): string {
  const root: Tree = { version: 1, modems: draft.seats.map(modemEntry) };
  for (const { path, value } of draft.claims) put(root, path, value);
  const document = new Document(sorted(root));
  document.commentBefore = comment([
    "Which USB modems this machine has, and how its SMS service must behave.",
    draft.origin,
  ]);
  draft.seats.forEach((seat, index) => {
    const node = document.getIn(["modems", index], true);
    if (isNode(node)) node.commentBefore = comment(seatComments(seat));
  });
  const body = document.toString({ lineWidth: 0 });
  const blocks = draft.appendix.map((block) => `\n${commentBlock(block)}\n`);
  return `${draft.schemaLine}\n#\n${body}${blocks.join("")}`;
}

function modemEntry({ name, model, found }: Seat): Tree {
  const port = found?.alike ? usablePort(found.attached.port) : undefined;
  return { name, model: model.name, ...(port === undefined ? {} : { match: { port } }) };
}

function seatComments({ model, found, byOrder }: Seat): readonly string[] {
  if (!found)
    return [`No modem was plugged in: a ${model.name} is assumed. \`provision models list\` shows all models.`];
  const lines = [`${deviceName(found.attached)}: ${model.title}.`];
  if (found.others.length > 0) lines.push(...telling(model.name, found));
  if (byOrder)
    lines.push("Found by its place in smsd.conf only: check that it is the right one before `provision apply`.");
  const port = usablePort(found.attached.port);
  if (!found.alike && port !== undefined) {
    lines.push(
      "As soon as there are two of a kind, each needs its port:",
      `  match: { port: ${JSON.stringify(port)} }`,
    );
  }
  return lines;
}

function telling(first: string, { model, others }: NonNullable<Seat["found"]>): readonly string[] {
  const names = others.map(({ name }) => name).join(" or ");
  const answers = [model, ...others].flatMap(({ name, at }) =>
    at.identity === undefined ? [] : [`${name} answers ${at.identity}`],
  );
  const how = answers.length > 0 ? ` (${answers.join("; ")})` : "";
  return [`It may also be a ${names}: \`AT+CGMM\` tells them apart${how}. Write that name in place of ${first}.`];
}

const MODEM_KEYS = ["name", "model", "match", "sim", "smsd"];
const SMSD_KEYS = ["user", "group", "logfile", "spool", "settings", "extra"];

/** Keys in the order of the shipped example, whatever the order of the old file. */
function sorted(root: Tree): Tree {
  const { modems, smsd } = root;
  const entries = Array.isArray(modems) ? modems.map((modem: Tree) => modemInOrder(modem)) : [];
  return { ...root, modems: entries, ...(isTree(smsd) ? { smsd: ordered(smsd, SMSD_KEYS) } : {}) };
}

function modemInOrder(modem: Tree): Tree {
  const { smsd } = modem;
  if (!isTree(smsd)) return ordered(modem, MODEM_KEYS);
  const { extra, ...settings } = smsd;
  return ordered({ ...modem, smsd: extra === undefined ? settings : { ...settings, extra } }, MODEM_KEYS);
}

function ordered(tree: Tree, keys: readonly string[]): Tree {
  const present = keys.filter((key) => tree[key] !== undefined).map((key) => [key, tree[key]] as const);
  return Object.fromEntries(present);
}

function put(root: Tree, path: Claim["path"], value: unknown): void {
  let node: Tree = root;
  for (const step of path.slice(0, -1)) {
    const next = node[step];
    if (isTree(next)) {
      node = next;
      continue;
    }
    const made: Tree = {};
    node[step] = made;
    node = made;
  }
  const last = path.at(-1);
  if (last !== undefined) node[last] = value;
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null;
}

function comment(lines: readonly string[]): string {
  return lines
    .flatMap(wrapped)
    .map((line) => ` ${line}`)
    .join("\n");
}

function commentBlock(block: string): string {
  const lines = block.split("\n").flatMap(wrapped);
  return lines.map((line) => (line === "" ? "#" : `# ${line}`)).join("\n");
}

const WIDTH = 110;

/** Rows that fit a screen; YAML to paste is indented, and stays as it is. */
function wrapped(line: string): readonly string[] {
  if (line.length <= WIDTH || /^\s/.test(line)) return [printable(line)];
  const rows: string[] = [];
  for (const word of line.split(" ")) {
    const row = rows.at(-1);
    if (row === undefined || row.length + word.length >= WIDTH) rows.push(word);
    else rows[rows.length - 1] = `${row} ${word}`;
  }
  return rows.map(printable);
}
