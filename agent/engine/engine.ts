import type { Inventory } from "../../core/model/inventory.ts";
import type { ConfigurationObservation } from "../model/observation.ts";

/** An inventory that is valid. */
export interface ReadInventory {
  readonly inventory: Inventory;
  readonly text: string;
}

/** How the inventory on disk and the host stand to each other. */
export interface Comparison extends Pick<ConfigurationObservation, "state" | "details" | "restartsSmsd"> {
  /** Files that the inventory asks for: a change of one of them changes the answer. */
  readonly managed: readonly string[];
}

/** `provision`'s engine as the agent uses it. */
export interface Engine {
  /** @throws ModemkeeperError inventory-invalid; precondition-missing if there is no such file */
  inventory(file: string): Promise<ReadInventory>;
  /** Looks, and changes nothing. */
  compare(): Promise<Comparison>;
  /**
   * Makes the host as the inventory on disk says; call it under the actor's lock. Returns one sentence.
   * @throws ModemkeeperError precondition-missing if a package lacks, or as applying does
   */
  apply(cause: string, tell: (sentence: string) => void): Promise<string>;
}
