import type { Inventory } from "../../core/model/inventory.ts";
import type { DesiredState, FileResource, Resource } from "../../core/model/resource.ts";
import { plainText, type Secret, type SecretText } from "../../core/secret.ts";
import { refuseTwice } from "./distinct.ts";
import { folders } from "./folders.ts";
import { expectedLinks } from "./links.ts";
import { INVENTORY_COPY, PORTS_GROUP, UNIT } from "./paths.ts";
import { renderTemplate } from "./render.ts";
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
    inventoryCopy(input.inventoryText),
    smsdUnit(),
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
  const text = input.templates.get(name);
  if (text === undefined) throw new Error(`the program lacks its template ${name}`);
  const { inventory, secrets } = input;
  const masked = renderTemplate(name, text, template.syntax, template.context(inventory, secrets));
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

function smsdUnit(): Resource {
  return { kind: "unit", id: `unit:${UNIT}`, unit: UNIT, enabled: true, active: true, consequences: [] };
}
