/** One interface of a USB device as the bus shows it now. */
export interface UsbInterface {
  /** bInterfaceNumber. */
  readonly number: number;
  /** `class/subclass/protocol`, two lower-case hex digits each: `ff/00/00`. */
  readonly class: string;
  /** Kernel driver bound to it, e.g. `option`. */
  readonly driver?: string;
  /** Name of its terminal under /dev, e.g. `ttyUSB2`. */
  readonly tty?: string;
}

/** A USB device on the bus that may be a modem. */
export interface AttachedModem {
  /** `vid:pid`, lower-case hex: `1e0e:9001`. */
  readonly usb: string;
  /** sysfs name, `bus-port.port`: changes when host controllers are numbered anew. */
  readonly sysName: string;
  /** Stable USB port path, the part of udev's ID_PATH before the interface: `platform-3610000.usb-usb-0:2.1`. */
  readonly port: string;
  readonly product?: string;
  readonly manufacturer?: string;
  readonly interfaces: readonly UsbInterface[];
}
