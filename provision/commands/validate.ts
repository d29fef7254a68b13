import { EXIT } from "../../core/errors.ts";
import type { Command } from "./context.ts";
import { readInventory, resolveSecrets } from "./load-inventory.ts";

/** `provision validate`: every problem of the inventory, and of the secrets it refers to. */
export const validateCommand: Command<Record<string, never>> = async (context) => {
  const { inventory, file } = await readInventory(context);
  await resolveSecrets(context, inventory);
  const modems = inventory.modems.map((modem) => `${modem.name} (${modem.model.name})`).join(", ");
  context.terminal.out(`${file} is valid: ${modems || "no modems"}\n`);
  return EXIT.ok;
};
