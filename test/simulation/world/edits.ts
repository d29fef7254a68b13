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
    modem.wantedPin = `pin-of-another-sim-${world.edits}`;
    if (modem.device) restartModem(world, modem, 4_000);
    return;
  }
  modem.pinTries = 0;
  editInventory(world, "restarts");
  modem.wantedPin = `pin-of-${name}-${world.edits}`;
  world.configuration.pins = { ...world.configuration.pins, [name]: modem.wantedPin };
}

/** Whether the SIM will take the PIN that the inventory names. */
export function isPinRight({ configuration }: World, { entry, wantedPin }: ModemState): boolean {
  return configuration.pins[entry.name] === wantedPin;
}

/** As `provision apply` leaves it, be it a person's or the agent's. Returns whether smsd must read it anew. */
export function applyInventory(world: World): boolean {
  const { configuration } = world;
  if (configuration.state === "invalid") return false;
  world.configuration = { ...configuration, state: "converged", details: [], restartsSmsd: false };
  world.pinsInForce = { ...configuration.pins };
  return configuration.restartsSmsd;
}
