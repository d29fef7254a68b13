import type { AttachedModem, UsbInterface } from "../../../core/model/attached-modem.ts";
import { rolesOf } from "../../../provision/desired/links.ts";
import { interfaceFor } from "../../../provision/models/match.ts";
import type { Device, ModemState, World } from "./state.ts";

export function attachedOf(modem: ModemState, device: Device): AttachedModem {
  device.shown ??= {
    usb: modem.composition.usb,
    sysName: device.sysName,
    port: modem.port,
    product: modem.entry.model.name,
    manufacturer: "simulated",
    interfaces: device.authorized ? interfacesOf(modem, device) : [],
  };
  return device.shown;
}

function interfacesOf(modem: ModemState, device: Device): readonly UsbInterface[] {
  const at = modem.composition.roles.AT;
  return Object.entries(modem.composition.interfaces).flatMap(([number, pattern], index) => {
    const [first = "ff"] = pattern.split("|");
    const one = { number: Number(number), class: [...first.split("/"), "00", "00"].slice(0, 3).join("/") };
    const isAt = at !== undefined && "interface" in at && at.interface === one.number;
    if (isAt && modem.atPortLost?.what === "interface") return [];
    const without =
      device.firstTerminal === undefined || !first.startsWith("ff") || (isAt && modem.atPortLost !== undefined);
    if (without) return [one];
    return [{ ...one, driver: "option", tty: `ttyUSB${(device.firstTerminal ?? 0) + index}` }];
  });
}

/** Terminal of a role now. */
export function terminalOf(modem: ModemState, role: string): string | undefined {
  const selector = rolesOf(modem.entry, modem.composition).get(role);
  if (!selector || !modem.device) return undefined;
  return interfaceFor(attachedOf(modem, modem.device), selector)?.tty;
}

/** Whether something that asks on this terminal gets an answer. */
export function answersOn(world: World, modem: ModemState, tty: string): boolean {
  const { device, hang } = modem;
  if (!device || world.now < device.answersAt || device.firstTerminal === undefined) return false;
  const isAt = tty === terminalOf(modem, "AT");
  if (!isAt && !attachedOf(modem, device).interfaces.some((one) => one.tty === tty)) return false;
  if (!hang || hang.way === "stuck") return true;
  return hang.way === "at-silent" && !isAt;
}
