import type { Inventory } from "../../core/model/inventory.ts";
import type { DesiredState, FileResource, Resource } from "../../core/model/resource.ts";
import { plainText, type Secret, type SecretText } from "../../core/secret.ts";
import { COMPAT_SYNTAX, COMPAT_TEMPLATE, type CompatScript, compatContext, compatScripts } from "./compat-scripts.ts";
import { refuseTwice } from "./distinct.ts";
import { folders } from "./folders.ts";
import { expectedLinks } from "./links.ts";
import { AGENT_UNIT, FALLBACK_TIMER, INVENTORY_COPY, PORTS_GROUP, PROGRAM, UNIT } from "./paths.ts";
import { renderTemplate, type Syntax } from "./render.ts";
import { TEMPLATES, type TemplateSpec, templatePath } from "./template-list.ts";

export interface DesiredInput {
  readonly inventory: Inventory;
  /** The inventory as its author wrote it; it holds no secrets, only references. */
  readonly inventoryText: SecretText | string;
  /** PINs by the name of the modem. */
  readonly secrets: ReadonlyMap<string, Secret>;
  /** Texts by path relative to the program's root, e.g. `templates/etc/smsd.conf.hbs`. */
  readonly templates: ReadonlyMap<string, string>;
}

/**
 * Everything that must be so on the host, in the order it must become so. Pure: the same input gives the same bytes.
 * @throws ModemkeeperError inventory-invalid for a value that its target cannot carry
 */
export function buildDesired(input: DesiredInput): DesiredState {
  const { inventory } = input;
  const resources: readonly Resource[] = [
    smsdPackage(inventory),
    smsdUser(inventory),
    ...folders(inventory),
    ...TEMPLATES.filter((template) => template.wanted(inventory)).map((template) => renderedFile(template, input)),
    ...oldScripts(input),
    inventoryCopy(input.inventoryText),
    ...units(),
  ];
  refuseTwice(resources);
  return { resources, links: expectedLinks(inventory.modems) };
}

function smsdPackage({ smsd, host }: Inventory): Resource {
  return {
    kind: "package",
    id: `package:${smsd.package}`,
    name: smsd.package,
    provides: smsd.binary,
    install: host.installPackages,
    consequences: ["restart-smsd"],
  };
}

function smsdUser({ smsd }: Inventory): Resource {
  return {
    kind: "user",
    id: `user:${smsd.user}`,
    name: smsd.user,
    group: smsd.group,
    groups: [PORTS_GROUP],
    // What Debian's package gives it.
    home: "/nonexistent",
    consequences: ["restart-smsd"],
  };
}

function renderedFile(template: TemplateSpec, input: DesiredInput): FileResource {
  const name = templatePath(template);
  const { inventory, secrets } = input;
  const masked = rendered(name, input, template.syntax, template.context(inventory, secrets));
  return {
    kind: "file",
    id: `file:${template.path}`,
    path: template.path,
    content: { masked, secrets: [...secrets.values()].filter(({ mask }) => masked.includes(mask)) },
    mode: template.mode,
    owner: "root",
    group: template.group(inventory),
    template: name,
    consequences: template.consequences,
  };
}

function rendered(
  name: string,
  input: DesiredInput,
  syntax: Syntax,
  context: Readonly<Record<string, unknown>>,
): string {
  const text = input.templates.get(name);
  if (text === undefined) throw new Error(`the program lacks its template ${name}`);
  return renderTemplate(name, text, syntax, context);
}

/** Under their old names, where the inventory wants them. */
function oldScripts(input: DesiredInput): readonly FileResource[] {
  const folder = input.inventory.compat.scripts?.replace(/\/+$/, "");
  return folder === undefined
    ? []
    : compatScripts(input.inventory).map((script) => compatScript(`${folder}/${script.name}`, script, input));
}

function compatScript(path: string, script: CompatScript, input: DesiredInput): FileResource {
  const text = rendered(COMPAT_TEMPLATE, input, COMPAT_SYNTAX, compatContext(script, input.inventory));
  return {
    kind: "file",
    id: `file:${path}`,
    path,
    content: plainText(text),
    mode: 0o755,
    owner: "root",
    group: "root",
    template: COMPAT_TEMPLATE,
    consequences: [],
  };
}

/** What the host was made from, for the agent and for whoever comes later. */
function inventoryCopy(text: SecretText | string): FileResource {
  return {
    kind: "file",
    id: `file:${INVENTORY_COPY}`,
    path: INVENTORY_COPY,
    content: typeof text === "string" ? plainText(text) : text,
    mode: 0o644,
    owner: "root",
    group: "root",
    template: "inventory.yaml",
    consequences: [],
  };
}

/** smsd first: what the agent sees when it starts is then as it shall be. */
function units(): readonly Resource[] {
  const always = { kind: "unit", enabled: true, active: true, consequences: [] } as const;
  return [
    { ...always, id: `unit:${UNIT}`, unit: UNIT },
    { ...always, id: `unit:${AGENT_UNIT}`, unit: AGENT_UNIT, program: PROGRAM },
    { ...always, id: `unit:${FALLBACK_TIMER}`, unit: FALLBACK_TIMER },
  ];
}
