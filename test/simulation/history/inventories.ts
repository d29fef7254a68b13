import type { Inventory } from "../../../core/model/inventory.ts";
import { programFiles } from "../../../host/program-files.ts";
import { loadInventory } from "../../../provision/inventory/load.ts";
import { loadCatalogue } from "../../../provision/models/catalogue.ts";
import type { Setup } from "./types.ts";

const catalogue = await loadCatalogue(await programFiles());
const known = new Map<string, Inventory>();

/** The user beside root whose flag counts. */
export const TRUSTED = "rom";

/** The inventory of a setup, read from YAML by the real loader. */
export function inventoryOf(setup: Setup): Inventory {
  const text = inventoryText(setup);
  const found = known.get(text);
  if (found) return found;
  const { inventory, diagnostics } = loadInventory({ file: "inventory.yaml", text, catalogue });
  if (!inventory) throw new Error(`the setup makes no inventory: ${diagnostics.map(({ what }) => what).join("; ")}`);
  known.set(text, inventory);
  return inventory;
}

/** Stable USB path of the modem with this number. */
export function portOf(index: number): string {
  return `platform-3610000.usb-usb-0:2.${index + 1}`;
}

function inventoryText({ modems, interval, failures, rungs, longestBackoff }: Setup): string {
  const entries = modems.map(({ model, pin }, index) => {
    const sim = pin ? `\n    sim: { pin: { file: m${index}.pin } }` : "";
    const power = rungs.includes("usb-power") ? `\n    power: { hub: "1-2", port: ${index + 1} }` : "";
    return `  - name: ${model}-${index + 1}\n    model: ${model}\n    match: { port: "${portOf(index)}" }${sim}${power}`;
  });
  return `version: 1
modems:
${entries.join("\n")}
manual_stop: { trusted_users: [${TRUSTED}] }
watchdog:
  interval: ${interval}s
  failures_before_recovery: ${failures}
  rungs: [${rungs.join(", ")}]
  longest_backoff: ${longestBackoff}s
`;
}
