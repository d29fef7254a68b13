import { inventoryOf } from "../history/inventories.ts";
import type { History } from "../history/types.ts";

/** Restarting, confirming and letting go of smsd around each rung. */
const AROUND_RUNG_SECONDS = 90;
/** Findings end when all was well for a while; a message must fail twice before it is set aside. */
const QUIET_SECONDS = 900;

/** How long after all faults are healed the machine may need until all is well, milliseconds. */
export function longestSettling(history: History): number {
  const { modems, manualStop, watchdog } = inventoryOf(history.setup);
  const boot = Math.max(...modems.map(({ model }) => model.bootSeconds));
  const ladder = (boot + AROUND_RUNG_SECONDS) * (watchdog.rungs.length + 1) * modems.length;
  const flag = history.flagAtEnd === "stays" ? manualStop.longestExpiry : 0;
  return (QUIET_SECONDS + 3 * ladder + watchdog.longestBackoff + flag) * 1000;
}
