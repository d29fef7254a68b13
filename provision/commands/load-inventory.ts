import type { Diagnostic } from "../../core/diagnostics.ts";
import { ModemkeeperError } from "../../core/errors.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import type { Secret } from "../../core/secret.ts";
import { resolvedSecret } from "../actual/mask.ts";
import { INVENTORY_COPY } from "../desired/paths.ts";
import { loadInventory } from "../inventory/load.ts";
import { loadCatalogue } from "../models/catalogue.ts";
import { renderDiagnostics } from "../views/error.ts";
import { absolutePath, type CommandContext } from "./context.ts";
import { readFollowing } from "./follow-links.ts";

/** Where the inventory is looked for when `-i` is not given. */
const USUAL_PLACES = ["inventory.yaml", INVENTORY_COPY] as const;

export interface LoadedInventory {
  readonly inventory: Inventory;
  /** Absolute path. */
  readonly file: string;
  readonly text: string;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Reads and validates the inventory; prints every problem it has.
 * @throws ModemkeeperError precondition-missing if there is none, inventory-invalid if it has errors
 */
export async function readInventory(context: CommandContext): Promise<LoadedInventory> {
  const { file, shown, text } = await findInventory(context);
  const catalogue = await loadCatalogue(context.host.program);
  const { inventory, diagnostics } = loadInventory({ file: shown, text, catalogue });
  if (diagnostics.length > 0) context.terminal.err(`${renderDiagnostics(diagnostics, text)}\n`);
  if (!inventory) {
    throw new ModemkeeperError("inventory-invalid", `${shown} is not valid`, {
      why: "nothing is planned or changed from an inventory with errors",
      fix: "mend what is listed above, then run `provision validate`",
      diagnostics,
    });
  }
  return { inventory, file, text, warnings: diagnostics };
}

async function findInventory(context: CommandContext): Promise<{ file: string; shown: string; text: string }> {
  const names = context.inventoryFile === undefined ? USUAL_PLACES : [context.inventoryFile];
  for (const name of names) {
    const file = absolutePath(context, name);
    const entry = await readFollowing(context.local, file);
    if (entry?.kind === "file") return { file, shown: name, text: entry.content };
    if (entry) {
      throw new ModemkeeperError("precondition-missing", `${name} is a ${entry.kind}, not a file`, {
        fix: "name the inventory with -i FILE",
      });
    }
  }
  throw new ModemkeeperError("precondition-missing", `there is no inventory at ${names.join(" or ")}`, {
    why: "it says which modems this machine has",
    fix: "provision init writes one from what is plugged in",
  });
}

/** The value of each modem's PIN, by modem name. */
export async function resolveSecrets(
  context: CommandContext,
  inventory: Inventory,
): Promise<ReadonlyMap<string, Secret>> {
  const { host } = context;
  const found = await Promise.all(
    inventory.modems.map(async ({ name, pin }) => {
      return pin ? ([[name, resolvedSecret(host.machineId, name, pin, await host.secrets.read(pin))]] as const) : [];
    }),
  );
  return new Map(found.flat());
}
