/*
 * The kernel's messages on USB, disks and dead programs (texts: drivers/usb/core/hub.c, devio.c,
 * drivers/usb/serial/usb_wwan.c, option.c, drivers/hwmon/raspberrypi-hwmon.c, drivers/usb/host/xhci-ring.c). What
 * a device says of itself (`Product:`, `Manufacturer:`, `SerialNumber:`) may be anything, and is not looked at.
 */

export type UsbEventKind =
  | "disconnect"
  | "protocol-error"
  | "timeout"
  | "stall"
  | "not-enumerated"
  | "over-current"
  | "disabled-by-hub"
  | "host-died";

export interface UsbKernelEvent {
  readonly kind: UsbEventKind;
  /** `1-2.1`, or `ttyUSB2` where only the terminal is named; absent for the controller itself. */
  readonly device?: string;
  /** Milliseconds since 1970, where the line says. */
  readonly time?: number;
  /** Without time and host. */
  readonly message: string;
}

const ROWS: readonly (readonly [RegExp, UsbEventKind])[] = [
  [/: USB disconnect, device number \d/, "disconnect"],
  [/over-current (condition|change)/i, "over-current"],
  [/disabled by hub \(EMI\?\)/, "disabled-by-hub"],
  [/unable to enumerate USB device|Cannot enable\. Maybe the USB cable is bad/, "not-enumerated"],
  [
    /xHCI host controller not responding, assume dead|HC died; cleaning up|host controller (died|not responding)/,
    "host-died",
  ],
  // EPROTO: noise on the wire, a bad cable, a brown-out.
  [/(error|status:?) -71\b/, "protocol-error"],
  // ETIMEDOUT: the device does not answer any more.
  [/(error|status:?) -110\b/, "timeout"],
  // EPIPE: the endpoint stalls.
  [/(error|status:?) -32\b/, "stall"],
];

/** A device, a port of a hub, an interface's driver, a terminal: whoever speaks on USB. Cards (`mmc0: error -110`) do not. */
const SPEAKER =
  /^(?:usb|hub|option1?|qmi_wwan|cdc_\w+|usb_wwan|usbserial\w*|usbfs|xhci_hcd|xhci-hcd|tegra-xusb|dwc\w*|ehci\S*) ([\w.:-]+): /;

const OF_ITSELF = /^usb \S+: (Product|Manufacturer|SerialNumber): /;

export function usbEventOf(line: string): UsbKernelEvent | undefined {
  const message = messageOf(line);
  const speaker = SPEAKER.exec(message)?.[1];
  if (speaker === undefined || OF_ITSELF.test(message)) return undefined;
  const kind = ROWS.find(([pattern]) => pattern.test(message))?.[1];
  if (kind === undefined) return undefined;
  const device = kind === "host-died" ? undefined : deviceOf(speaker, message);
  const time = timeOf(line);
  return { kind, message, ...(device === undefined ? {} : { device }), ...(time === undefined ? {} : { time }) };
}

/** `usb 1-2.1`, `usb usb1-port2` and `usb 1-2-port1` (a hub's port names what is behind it), `option1 ttyUSB2`. */
function deviceOf(speaker: string, message: string): string | undefined {
  const port = /^(?:usb(\d+)|(\d+-[\d.]+))-port(\d+)$/.exec(speaker);
  if (port) return port[1] === undefined ? `${port[2]}.${port[3]}` : `${port[1]}-${port[3]}`;
  // Older kernels: `hub 1-0:1.0: over-current condition on port 2`, `hub 1-2:1.0: port 1 disabled by hub (EMI?)`.
  const hub = /^(\d+)-([\d.]+):1\.0$/.exec(speaker);
  const number = /\bport (\d+)/.exec(message)?.[1];
  if (hub && number !== undefined) return hub[2] === "0" ? `${hub[1]}-${number}` : `${hub[1]}-${hub[2]}.${number}`;
  const device = /^(\d+-[\d.]+)(:\d+\.\d+)?$/.exec(speaker)?.[1];
  return device ?? /^tty(USB|ACM)\d+$/.exec(speaker)?.[0];
}

/** Which id the kernel found at which place: `1-2.1` → `1e0e:9001`, also of what is gone. */
export function idsSeen(lines: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of lines) {
    const match = /^usb (\d+-[\d.]+): New USB device found, idVendor=([0-9a-f]{4}), idProduct=([0-9a-f]{4})/.exec(
      messageOf(line),
    );
    if (match?.[1] !== undefined) found.set(match[1], `${match[2]}:${match[3]}`);
  }
  return found;
}

/** The board's own supply: Raspberry Pi, and the Jetson's over-current alarm. */
export function isUnderVoltage(line: string): boolean {
  return /\b(Under-?voltage detected!|soctherm: OC ALARM|System throttled due to over-current)/i.test(messageOf(line));
}

export function isKernelTroubleOfDisk(line: string): boolean {
  return /^(EXT4-fs( \(\S+\))?:? error|EXT4-fs \(\S+\): Remounting filesystem read-only|(blk_update_request: )?I\/O error, dev |mmcblk\d+: error |mmc\d+: Card stuck|Buffer I\/O error on dev|F2FS-fs .*(corrupt|error)|BTRFS (error|critical))/.test(
    messageOf(line),
  );
}

/** A program of ours that the kernel ended: for want of memory, or since it broke. */
export function crashOf(line: string): string | undefined {
  const message = messageOf(line);
  const killed = /^(?:Memory cgroup out of memory|Out of memory): Kill(?:ed)? process \d+ \(([\w.-]+)\)/.exec(
    message,
  )?.[1];
  const broken = /^(smsd|node|modemkeeper)\[\d+\]: (segfault|unhandled|trap)/.exec(message)?.[1];
  const name = killed ?? broken;
  return name !== undefined && /^(smsd|node|modemkeeper|MainThread)$/.test(name) ? name : undefined;
}

/** Without the time, the host's name and `kernel:`, whichever tool printed it. */
export function messageOf(line: string): string {
  return line
    .replace(/^\d{4}-\d\d-\d\dT\S+ /, "")
    .replace(/^\S+ kernel: /, "")
    .replace(/^\[\s*\d+\.\d+\]\s*/, "");
}

/** `2026-01-10T21:03:11+0100` of journalctl, `2026-01-10T21:03:11,123456+01:00` of dmesg. */
export function timeOf(line: string): number | undefined {
  const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[,.]\d+)?([+-]\d\d):?(\d\d)\b/.exec(line);
  if (!stamp) return undefined;
  const time = Date.parse(`${stamp[1]}${stamp[2]}:${stamp[3]}`);
  return Number.isNaN(time) ? undefined : time;
}
