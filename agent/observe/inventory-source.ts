import type { AgentHost } from "../../core/agent-ports.ts";
import { ModemkeeperError } from "../../core/errors.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import { INVENTORY_COPY } from "../../provision/desired/paths.ts";
import type { Engine, ReadInventory } from "../engine/engine.ts";
import { LAST_GOOD_INVENTORY } from "../paths.ts";

type SourceHost = Pick<AgentHost, "files" | "stats">;

export interface InventoryInForce {
  readonly inventory: Inventory;
  /** Present if the inventory on disk is not this one. */
  readonly refused?: ModemkeeperError;
}

/** The inventory that the agent goes by: the one on disk, or the last good one while that is not valid. */
export class InventorySource {
  readonly #host: SourceHost;
  readonly #engine: Pick<Engine, "inventory">;
  #seen: string | undefined;
  #current: InventoryInForce | undefined;

  constructor(host: SourceHost, engine: Pick<Engine, "inventory">) {
    this.#host = host;
    this.#engine = engine;
  }

  /**
   * Reads the file again only if it has changed.
   * @throws ModemkeeperError inventory-invalid or precondition-missing if there never was a good one
   */
  async current(): Promise<InventoryInForce> {
    const stats = JSON.stringify(await this.#host.stats.of([INVENTORY_COPY]));
    if (this.#current && this.#seen === stats) return this.#current;
    const read = await this.#read(INVENTORY_COPY);
    this.#current = "inventory" in read ? await this.#takeOver(read) : await this.#keepLast(read.refused);
    this.#seen = stats;
    return this.#current;
  }

  async #takeOver({ inventory, text }: ReadInventory): Promise<InventoryInForce> {
    const kept = await this.#host.files.read(LAST_GOOD_INVENTORY);
    if (kept?.kind !== "file" || kept.content !== text) {
      const spec = { content: text, mode: 0o600, owner: "root", group: "root" };
      // A full disk does not keep a good inventory from being obeyed.
      await this.#host.files.write(LAST_GOOD_INVENTORY, spec).catch(() => {});
    }
    return { inventory };
  }

  async #keepLast(refused: ModemkeeperError): Promise<InventoryInForce> {
    if (this.#current) return { inventory: this.#current.inventory, refused };
    const last = await this.#read(LAST_GOOD_INVENTORY);
    if ("inventory" in last) return { inventory: last.inventory, refused };
    throw refused;
  }

  async #read(file: string): Promise<ReadInventory | { readonly refused: ModemkeeperError }> {
    try {
      return await this.#engine.inventory(file);
    } catch (error) {
      if (isRefusal(error)) return { refused: error };
      throw error;
    }
  }
}

function isRefusal(error: unknown): error is ModemkeeperError {
  if (!(error instanceof ModemkeeperError)) return false;
  return error.code === "inventory-invalid" || error.code === "precondition-missing";
}
