import type { Inventory } from "../../../core/model/inventory.ts";
import type { Composition } from "../../../core/model/modem-model.ts";
import { classesWithin } from "../../models/class-pattern.ts";

/** bInterfaceClass of interfaces whose meaning only the vendor knows. */
const VENDOR_CLASS = "ff";

interface NewId {
  readonly vendor: string;
  readonly product: string;
  readonly models: string;
  /** True where the driver must leave the device's other interfaces (network, storage) alone. */
  readonly vendorClassOnly: boolean;
}

/** True if the kernel's `option` driver must be told a USB id of some modem. */
export function needsNewId(inventory: Inventory): boolean {
  return inventory.modems.some(({ model }) => model.compositions.some(({ newId }) => newId));
}

/** What templates/etc/tmpfiles.d/modemkeeper.conf.hbs prints: each id once. */
export function newIdContext(inventory: Inventory): { readonly ids: readonly NewId[] } {
  const byUsb = new Map<string, { models: Set<string>; compositions: Composition[] }>();
  for (const { model } of inventory.modems) {
    for (const composition of model.compositions.filter(({ newId }) => newId)) {
      const entry = byUsb.get(composition.usb) ?? { models: new Set(), compositions: [] };
      entry.models.add(model.name);
      entry.compositions.push(composition);
      byUsb.set(composition.usb, entry);
    }
  }
  return { ids: [...byUsb].map(([usb, { models, compositions }]) => newId(usb, [...models], compositions)) };
}

function newId(usb: string, models: readonly string[], compositions: readonly Composition[]): NewId {
  const [vendor = "", product = ""] = usb.split(":");
  return { vendor, product, models: models.join(", "), vendorClassOnly: compositions.every(portsAreVendorClass) };
}

/** `new_id` takes an interface class as its third number (drivers/usb/core/driver.c). */
function portsAreVendorClass({ roles, interfaces }: Composition): boolean {
  return Object.values(roles).every((role) => {
    const pattern = "class" in role ? role.class : interfaces[role.interface];
    return pattern !== undefined && classesWithin(pattern, VENDOR_CLASS);
  });
}
