import type { AgentHost, UsbDeviceState } from "../../core/agent-ports.ts";
import type { AttachedModem } from "../../core/model/attached-modem.ts";
import type { Modem } from "../../core/model/inventory.ts";

export interface UsbObservation {
  readonly attached: readonly AttachedModem[];
  readonly usbStates: Readonly<Record<string, UsbDeviceState>>;
}

/** What is on the bus, and the state of each device that may be one of the inventory's modems. */
export async function observeUsb(
  host: Pick<AgentHost, "usb" | "usbControl">,
  modems: readonly Modem[],
): Promise<UsbObservation> {
  const ids = new Set(modems.flatMap(({ model }) => model.compositions.map(({ usb }) => usb)));
  const attached = await host.usb.attached();
  const ours = attached.filter(({ usb }) => ids.has(usb));
  const states = await Promise.all(
    ours.map(async ({ sysName }) => [sysName, await host.usbControl.state(sysName)] as const),
  );
  // Without a state it has just gone: the next look shows it.
  const known = states.flatMap(([sysName, state]) => (state ? [[sysName, state] as const] : []));
  return { attached, usbStates: Object.fromEntries(known) };
}

/** Terminals of the devices that may be the inventory's modems. */
export function ourTerminals({ attached, usbStates }: UsbObservation): readonly string[] {
  const ours = attached.filter(({ sysName }) => sysName in usbStates);
  return ours.flatMap(({ interfaces }) => interfaces.flatMap(({ tty }) => (tty === undefined ? [] : [tty])));
}
