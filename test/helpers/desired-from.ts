import { readFileSync } from "node:fs";
import type { DesiredState } from "../../core/model/resource.ts";
import { programFiles } from "../../host/program-files.ts";
import { buildDesired } from "../../provision/desired/build.ts";
import { loadInventory } from "../../provision/inventory/load.ts";
import { loadCatalogue } from "../../provision/models/catalogue.ts";
import { programTemplates, sampleSecret } from "./sample-inventory.ts";

/** What an inventory file asks of a host; each PIN that it refers to is 1234. */
export async function desiredFrom(file: string): Promise<DesiredState> {
  const text = readFileSync(file, "utf8");
  const catalogue = await loadCatalogue(await programFiles());
  const { inventory, diagnostics } = loadInventory({ file, text, catalogue });
  if (!inventory) throw new Error(`${file} is not valid: ${JSON.stringify(diagnostics, undefined, 2)}`);
  const withPin = inventory.modems.filter(({ pin }) => pin !== undefined);
  const secrets = new Map(withPin.map(({ name }) => [name, sampleSecret("1234")]));
  return buildDesired({ inventory, inventoryText: text, secrets, templates: programTemplates() });
}
