import { inventoryOf } from "../history/inventories.ts";
import type { Edit } from "../history/types.ts";
import { restartModem } from "./devices.ts";
import { hintByPulse, type ModemState, type World } from "./state.ts";

/** Somebody edits the inventory: a valid one is in force at once and must be applied, an invalid one never is. */
export function editInventory(world: World, how: Edit): void {
  world.edits += 1;
  const restartsSmsd = how === "restarts" || how === "without-last" || how === "back";
  const invalid = how === "invalid";
  world.configuration = {
    ...world.configuration,
    digest: `inventory-${world.edits}`,
    state: invalid ? "invalid" : "differs",
    details: [invalid ? "inventory.yaml:3:1 it makes no sense" : "file:/etc/smsd.conf"],
    restartsSmsd: !invalid && restartsSmsd,
  };
  if (how === "without-last" && world.setup.modems.length > 1) {
    world.inventory = inventoryOf({ ...world.setup, modems: world.setup.modems.slice(0, -1) });
  }
  if (how === "back") world.inventory = inventoryOf(world.setup);
  hintByPulse(world);
}

/** `wrong`: another SIM wants another PIN. `right`: the inventory is given the PIN that fits. */
export function fitPin(world: World, modem: ModemState, is: "wrong" | "right"): void {
  const { name, pin } = modem.entry;
  if (pin === undefined) return;
  if (is === "wrong") {
    modem.pinFits = false;
    if (modem.device) restartModem(world, modem, 4_000);
    return;
  }
  modem.pinFits = true;
  modem.pinTries = 0;
  editInventory(world, "restarts");
  world.configuration.pins = { ...world.configuration.pins, [name]: `pin-of-${name}-${world.edits}` };
}
