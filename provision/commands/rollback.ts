import { ModemkeeperError } from "../../core/errors.ts";
import type { Generation } from "../../core/model/generation.ts";
import { readHistory } from "../apply/generation-store.ts";
import { withApplyLock } from "../apply/lock.ts";
import { desiredOf, generationToRestore } from "../apply/recorded-state.ts";
import { requireRoot } from "../apply/require-root.ts";
import { INVENTORY_COPY } from "../desired/paths.ts";
import { loadInventory } from "../inventory/load.ts";
import { loadCatalogue } from "../models/catalogue.ts";
import { carryOut, tellOutcome } from "./carry-out.ts";
import { type Command, type CommandContext, patience } from "./context.ts";
import type { LoadedInventory } from "./load-inventory.ts";
import { planFor } from "./planning.ts";

export interface RollbackOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
  /** Generation to go back to; the one before the current if not given. */
  readonly generation?: number;
}

/** `provision rollback [N]`: makes the host as an earlier generation had it. Recorded as a new generation. */
export const rollbackCommand: Command<RollbackOptions> = async (context, options) => {
  const { host } = context;
  requireRoot(host);
  return withApplyLock(
    host,
    async () => {
      const target = await generationToRestore(host, options.generation);
      const loaded = await recordedInventory(context, target);
      const desired = await desiredOf(host, target);
      const history = await readHistory(host);
      const planned = { loaded, desired, history, ...(await planFor(context, loaded, desired, history)) };
      const done = await carryOut(context, planned, { ...options, cause: `rollback to ${target.number}` });
      const code = tellOutcome(context, done, options);
      context.terminal.err(
        `The host is as generation ${target.number} had it, and so is ${INVENTORY_COPY}; an inventory elsewhere was not touched.\n`,
      );
      return code;
    },
    patience(context),
  );
};

/** The inventory that the generation was made from, as it was installed beside the other files. */
async function recordedInventory(context: CommandContext, generation: Generation): Promise<LoadedInventory> {
  const copy = generation.resources.find((resource) => resource.kind === "file" && resource.path === INVENTORY_COPY);
  const text = copy?.kind === "file" ? copy.masked : "";
  const catalogue = await loadCatalogue(context.host.program);
  const { inventory, diagnostics } = loadInventory({ file: INVENTORY_COPY, text, catalogue });
  if (inventory) return { inventory, file: INVENTORY_COPY, text, warnings: diagnostics };
  throw new ModemkeeperError(
    "inventory-invalid",
    `the inventory of generation ${generation.number} is not valid for this version of the program`,
    {
      why: "links and modems could not be checked after going back to it",
      fix: `install the program's version ${generation.program}, or write the old settings into the inventory and apply`,
      diagnostics,
    },
  );
}
