import type { UsbEvent, UsbHotplug } from "../core/agent-ports.ts";

/** libusb's own view of a device, as far as it is read here. */
interface BusDevice {
  readonly busNumber: number;
  readonly portNumbers: readonly number[] | undefined;
  readonly deviceDescriptor: { readonly idVendor: number; readonly idProduct: number };
}

type Listener = (device: BusDevice) => void;

interface Library {
  readonly INIT_ERROR?: number;
  on(event: UsbEvent["kind"], listener: Listener): unknown;
  off(event: UsbEvent["kind"], listener: Listener): unknown;
}

let loaded: Library | undefined;

/** Attach and detach as libusb tells them; nothing at all where the machine has no USB. */
export const realHotplug: UsbHotplug = {
  watch(listener) {
    if (loaded) return subscribe(loaded, listener);
    let stopped = false;
    let stop = () => {};
    // Whoever watches also looks again slowly: without libusb that is all there is.
    loadLibrary().then(
      (usb) => {
        if (usb && !stopped) stop = subscribe(usb, listener);
      },
      () => {},
    );
    return () => {
      stopped = true;
      stop();
    };
  },
};

/** Without the WebUSB half of the package, which costs 4 MB. Loaded on first use: its event thread starts at once. */
async function loadLibrary(): Promise<Library | undefined> {
  const { default: usb } = await import("usb/dist/usb/index.js");
  if (!usb.INIT_ERROR) loaded = usb;
  return loaded;
}

function subscribe(usb: Library, listener: (event: UsbEvent) => void): () => void {
  const listeners = (["attach", "detach"] as const).map((kind) => {
    const on: Listener = (device) => listener(describe(kind, device));
    usb.on(kind, on);
    return { kind, on };
  });
  return () => {
    for (const { kind, on } of listeners) usb.off(kind, on);
  };
}

/** What cannot be read of a device that has just left is left out: an event only says "look again". */
function describe(kind: UsbEvent["kind"], device: BusDevice): UsbEvent {
  return { kind, usb: idOf(device), bus: device.busNumber, ports: device.portNumbers ?? [] };
}

function idOf(device: BusDevice): string {
  try {
    const { idVendor, idProduct } = device.deviceDescriptor;
    return `${hex(idVendor)}:${hex(idProduct)}`;
  } catch {
    return "";
  }
}

function hex(id: number): string {
  return id.toString(16).padStart(4, "0");
}
