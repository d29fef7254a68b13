import { ModemkeeperError } from "../../core/errors.ts";
import type { Host } from "../../core/ports.ts";

/** @throws ModemkeeperError precondition-missing if this process may not change the host */
export function requireRoot(host: Host): void {
  if (host.uid === 0) return;
  throw new ModemkeeperError("precondition-missing", "only root can change this host", {
    why: "the files belong to root, and units and udev rules are root's to load",
    fix: "run it with sudo",
  });
}
