import { ModemkeeperError } from "../../core/errors.ts";
import type { Resource } from "../../core/model/resource.ts";

/**
 * Two resources with one name would undo each other at every apply.
 * @throws ModemkeeperError inventory-invalid
 */
export function refuseTwice(resources: readonly Resource[]): void {
  const seen = new Set<string>();
  for (const { id } of resources) {
    if (seen.has(id)) {
      throw new ModemkeeperError("inventory-invalid", `The inventory uses "${id}" for two purposes.`, {
        why: "Each folder of smsd has its own meaning; what one reads as received another would send.",
        fix: "Give each folder and the log file a path of its own.",
      });
    }
    seen.add(id);
  }
}
