import type { AgentHost } from "../../core/agent-ports.ts";
import type { Inventory, Modem } from "../../core/model/inventory.ts";
import { bindModems } from "../../provision/plan/bind-modems.ts";
import { atPorts } from "../at/ports.ts";

/** Where a modem is on the bus now. */
export interface Located {
  /** sysfs name; undefined while it is not on the bus. */
  readonly device?: string;
  readonly deviceNumber?: number;
  /** Terminals that answer AT: smsd's first, then the model's second. */
  readonly ttys: readonly string[];
}

/** A device of the modem's model that has lost its AT interface counts, too: it is what a reset must mend. */
export async function locate(
  host: Pick<AgentHost, "usb" | "usbControl">,
  { modems }: Inventory,
  modem: Modem,
): Promise<Located> {
  const { bound, unclaimed } = bindModems(modems, await host.usb.attached());
  const binding = bound.find((one) => one.modem.name === modem.name);
  const device = binding?.attached ?? unclaimed.find((one) => isCrippled(modem, one));
  if (!device) return { ttys: [] };
  const { at, second } = binding ? atPorts(binding) : {};
  const state = await host.usbControl.state(device.sysName);
  return {
    device: device.sysName,
    ...(state ? { deviceNumber: state.deviceNumber } : {}),
    ttys: [at, second].flatMap((tty) => tty ?? []),
  };
}

function isCrippled({ model, match }: Modem, { usb, port }: { readonly usb: string; readonly port: string }): boolean {
  return model.compositions.some((composition) => composition.usb === usb) && (match.port ?? port) === port;
}
