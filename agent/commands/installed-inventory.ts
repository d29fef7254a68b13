import { ModemkeeperError } from "../../core/errors.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import type { Host, Terminal } from "../../core/ports.ts";
import { loadInventory } from "../../provision/inventory/load.ts";
import { loadCatalogue } from "../../provision/models/catalogue.ts";
import { renderDiagnostics } from "../../provision/views/error.ts";

/**
 * Reads and validates the inventory at `file`; says every error it has. Warnings were told by `provision apply`.
 * @throws ModemkeeperError precondition-missing if there is none, inventory-invalid if it has errors
 */
export async function installedInventory(
  host: Pick<Host, "files" | "program">,
  terminal: Terminal,
  file: string,
): Promise<Inventory> {
  const entry = await host.files.read(file);
  if (entry?.kind !== "file") {
    throw new ModemkeeperError("precondition-missing", `there is no inventory at ${file}`, {
      why: "it says which modems this machine has and how smsd must behave",
      fix: "provision apply installs it; or name one with -i FILE",
    });
  }
  const catalogue = await loadCatalogue(host.program);
  const { inventory, diagnostics } = loadInventory({ file, text: entry.content, catalogue });
  if (inventory) return inventory;
  terminal.err(`${renderDiagnostics(diagnostics, entry.content)}\n`);
  throw new ModemkeeperError("inventory-invalid", `${file} is not valid`, {
    why: "nothing is done by an inventory with errors",
    fix: `mend what is listed above, then run \`provision validate -i ${file}\``,
    diagnostics,
  });
}
