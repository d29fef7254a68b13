import type { AttachedModem } from "../../core/model/attached-modem.ts";
import type { Modem } from "../../core/model/inventory.ts";
import type { Composition } from "../../core/model/modem-model.ts";
import { compositionOf } from "../models/match.ts";

/** Which attached modem is which inventory entry. */
export interface Binding {
  readonly modem: Modem;
  readonly attached: AttachedModem;
  readonly composition: Composition;
}

export interface Bindings {
  readonly bound: readonly Binding[];
  /** Modems on the bus that no inventory entry names. */
  readonly unclaimed: readonly AttachedModem[];
}

/**
 * A modem with `match.port` is the one at that port; one without is the one of its model that no other entry claims.
 * The udev rules decide in the same way (`templates/etc/udev/rules.d`).
 */
export function bindModems(modems: readonly Modem[], attached: readonly AttachedModem[]): Bindings {
  const bound: Binding[] = [];
  const free = new Set(attached);
  const specificFirst = [...modems].sort(
    (a, b) => Number(b.match.port !== undefined) - Number(a.match.port !== undefined),
  );
  for (const modem of specificFirst) {
    for (const device of free) {
      if (modem.match.port !== undefined && modem.match.port !== device.port) continue;
      const composition = compositionOf(modem.model, device);
      if (!composition) continue;
      bound.push({ modem, attached: device, composition });
      free.delete(device);
      break;
    }
  }
  return { bound, unclaimed: [...free] };
}
