import { inventoryKeys, type Key, sinkKinds } from "../reference/schema-keys.ts";
import {
  bold,
  fill,
  italic,
  nameSection,
  page,
  paragraph,
  prose,
  section,
  seeAlso,
  subsection,
  tagged,
  verbatim,
} from "./roff.ts";

/** modemkeeper-inventory(5). */
export function inventoryManual(): string {
  const name = "modemkeeper-inventory";
  const [general, others] = grouped(inventoryKeys());
  return page(
    { name, section: 5 },
    nameSection(name, "which modems a machine has, and how its SMS gateway behaves"),
    section("SYNOPSIS", fill(`${bold("inventory.yaml")}, ${bold("/etc/modemkeeper/inventory.yaml")}`)),
    section(
      "DESCRIPTION",
      ...INTRODUCTION.map((one, index) => (index === 0 ? fill(prose(one)) : paragraph(prose(one)))),
    ),
    section(
      "KEYS",
      ...general.map(keyBlock),
      ...[...others].flatMap(([top, keys]) => [subsection(top), ...keys.map(keyBlock)]),
    ),
    section(
      "RECEIVERS",
      ...sinkKinds().flatMap(({ section: where, type, description, keys }) => [
        subsection(`${where}.sinks[], type ${type}`),
        fill(prose(description)),
        ...keys.map(keyBlock),
      ]),
    ),
    section("EXAMPLES", fill(prose("The shortest that works:")), verbatim(...SHORTEST)),
    seeAlso("provision(1)", "modemkeeper(1)", "smsd(1)"),
  );
}

const INTRODUCTION = [
  "The inventory is the one file that describes a gateway. `provision apply` makes the machine as it says and installs a copy; `modemkeeper` keeps it so. Every key but `version` and `modems` has a default.",
  "`provision init` writes one from what is plugged in, `provision validate` names every mistake with its line, and `provision schema` prints the JSON Schema. Settings of smsd itself go under `smsd.settings` and `modems[].smsd.settings`, by smsd's own names.",
  "Durations are a number and s, m, h or d. Secrets are never written into the inventory: it names a file, an environment variable or a systemd credential.",
];

const SHORTEST = ["version: 1", "modems:", "  - name: SIM7600", "    model: SIM7600"];

/** Plain keys of the top level first; then each section with what is below it. */
function grouped(keys: readonly Key[]): readonly [readonly Key[], ReadonlyMap<string, readonly Key[]>] {
  const sections = new Map<string, Key[]>();
  const tops = new Set(keys.filter(({ path }) => /[.[]/.test(path)).map(({ path }) => topOf(path)));
  const general = keys.filter(({ path }) => !tops.has(topOf(path)));
  for (const key of keys)
    if (tops.has(topOf(key.path))) sections.set(topOf(key.path), [...(sections.get(topOf(key.path)) ?? []), key]);
  return [general, sections];
}

function topOf(path: string): string {
  return path.replace(/[.[].*/, "");
}

function keyBlock({ path, type, description }: Key): string {
  const kind = prose(type);
  return tagged(`${bold(path)} (${kind})`, description === "" ? italic("object") : prose(description));
}
