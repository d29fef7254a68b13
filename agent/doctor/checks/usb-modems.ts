import type { AttachedModem } from "../../../core/model/attached-modem.ts";
import { deviceName } from "../../../provision/init/survey.ts";
import { knownStateOf } from "../../../provision/models/known-states.ts";
import { classMatches, matchModem } from "../../../provision/models/match.ts";
import { bindModems } from "../../../provision/plan/bind-modems.ts";
import { inert } from "../../views/inert.ts";
import type { DoctorFacts, DriverFacts } from "../facts.ts";
import { valueOr } from "../known.ts";
import { type DoctorCheck, fault, fine, listed, note, orFine, plural, seen, type Verdict, warning } from "./verdict.ts";

export const USB_MODEM_CHECKS: readonly DoctorCheck[] = [
  {
    name: "modems",
    title: "modems",
    looksAt: "What is plugged in against what the inventory lists.",
    why: "smsd talks to the inventory's modems alone; one that is not plugged in sends nothing.",
    advice:
      "Plug it in, or list it: `provision init` writes an inventory from what is plugged in, `provision apply` makes it so.",
    judge: (facts) => seen(facts.usb.attached, (attached) => judgeModems(attached, facts)),
  },
  {
    name: "usb-mode",
    title: "modes without AT port",
    looksAt:
      "Devices that are no modem as they are: Qualcomm's download mode (05c6:9008), sticks that still show themselves as a CD drive, HiLink sticks.",
    why: "In these modes there is no port for AT commands: smsd cannot use the device.",
    advice:
      "Download mode: take its power away for ten seconds; if it comes back so, its firmware is damaged. CD drive: install usb-modeswitch. HiLink: other firmware, or another stick.",
    judge: ({ usb }) => seen(usb.tree, (tree) => judgeModes(tree.map(asDevice(valueOr(usb.attached, []))))),
  },
  {
    name: "usb-composition",
    title: "compositions",
    looksAt:
      "Modems that show a set of interfaces that the catalogue does not know, and modems with network interfaces only.",
    why: "Which port is which is known per composition: in another one the AT port is elsewhere, or not there.",
    advice:
      'Switch it back (SIM7600: `AT+CUSBPIDSWITCH=9001,1,1`; Quectel: `AT+QCFG="usbnet",0`), or describe the composition under `models:`.',
    judge: ({ usb, models }) =>
      seen(usb.attached, (attached) =>
        orFine(
          attached.flatMap((one) => judgeComposition(one, models)),
          "Every modem shows a composition that is known.",
        ),
      ),
  },
  {
    name: "usb-driver",
    title: "driver",
    looksAt: "Whether the kernel's `option` driver is there, and bound to the modem's ports.",
    why: "Without it the modem is on the bus, and has no /dev/ttyUSB.",
    advice:
      "`modprobe option`; for an id that it does not know: `echo 1e0e 9018 > /sys/bus/usb-serial/drivers/option1/new_id` (provision writes that down for the inventory's modems).",
    judge: (facts) => seen(facts.usb.driver, (driver) => judgeDriver(driver, facts)),
  },
  {
    name: "usb-autosuspend",
    title: "autosuspend",
    looksAt: "`power/control` of each modem.",
    why: "A modem that the kernel puts to sleep drops off the bus.",
    advice:
      "provision's udev rule sets it to `on`. Where something sets it back: look for tlp, powertop, laptop-mode, or `usbcore.autosuspend` on the kernel's command line.",
    judge: ({ usb, models }) =>
      seen(usb.attached, (attached) =>
        seen(usb.states, (states) => {
          const modems = attached.filter((one) => matchModem(one, models).kind !== "unknown-id");
          const asleep = modems.filter(({ sysName }) => states[sysName]?.powerControl === "auto");
          return orFine(
            asleep.map(autosuspend),
            modems.length === 0 ? "No modem is plugged in." : "No modem may be put to sleep.",
          );
        }),
      ),
  },
];

function autosuspend(device: AttachedModem): Verdict {
  const fix = `\`echo on > /sys/bus/usb/devices/${device.sysName}/power/control\` now; \`provision apply\` for good.`;
  return warning(`The kernel may put ${named(device)} to sleep.`, fix, ["power/control is auto"]);
}

function judgeModems(attached: readonly AttachedModem[], { setup, models }: DoctorFacts): readonly Verdict[] {
  const { modems } = setup.wanted;
  const { bound, unclaimed } = bindModems(modems, attached);
  const absent = modems.filter((modem) => !bound.some((one) => one.modem === modem));
  const findings = [
    ...absent.map(({ name, model, match }) => {
      const where = match.port === undefined ? "" : ` at ${match.port}`;
      return fault(
        `${name} (${model.name}) is not plugged in${where}.`,
        "Plug it in; look with `lsusb` whether the machine sees it.",
      );
    }),
    ...unclaimed.flatMap((device) => strange(device, { isListed: modems.length > 0, models })),
  ];
  if (findings.length > 0) return findings;
  if (bound.length === 0) {
    return [
      warning("No modem is plugged in.", "Plug one in; if it is, its cable or supply is at fault: look with `lsusb`."),
    ];
  }
  return fine(`${plural(bound.length, "modem")} of the inventory: ${listed(bound.map(({ modem }) => modem.name))}.`);
}

function strange(
  device: AttachedModem,
  { isListed, models }: { readonly isListed: boolean; readonly models: DoctorFacts["models"] },
): readonly Verdict[] {
  const match = matchModem(device, models);
  if (match.kind === "matched") {
    const name = match.candidates.map(({ model }) => model.name).join(" or ");
    const sentence = `${named(device)} is a ${name}${isListed ? ", and no modem of the inventory is meant for it" : "; there is no inventory yet"}.`;
    return [
      isListed
        ? warning(sentence, "List it in the inventory, then `provision apply`.")
        : note(sentence, { fix: "`provision init`, then `provision apply`." }),
    ];
  }
  // Others are no modems (webcams have vendor-specific interfaces, too), or have checks of their own.
  const hasPorts = device.interfaces.some(({ tty }) => tty !== undefined);
  if (match.kind !== "unknown-id" || !hasPorts) return [];
  return [
    note(`${named(device)} has terminals, and is no modem that is known.`, {
      fix: "If it is one: `provision init --out -` prints the `models:` entry for it.",
    }),
  ];
}

/** What sysfs shows beyond modems (a CD drive), with what is known of those that are. */
function asDevice(attached: readonly AttachedModem[]) {
  return ({ sysName, usb }: { readonly sysName: string; readonly usb: string }): AttachedModem =>
    attached.find((one) => one.sysName === sysName) ?? { sysName, usb, port: sysName, interfaces: [] };
}

const LEVEL_OF_STATE = { recovery: fault, "mass-storage": fault, hilink: fault } as const;
const FIX_OF_STATE = {
  recovery: "Take its power away for ten seconds. If it comes back so, only its vendor's tool helps.",
  "mass-storage": "`apt-get install usb-modeswitch`, then plug it in again.",
  hilink: "Use a modem with serial ports, or put other firmware on the stick.",
} as const;

function judgeModes(devices: readonly AttachedModem[]): readonly Verdict[] {
  const findings = devices.flatMap((device) => {
    const state = knownStateOf(device);
    return state ? [LEVEL_OF_STATE[state.name](`${named(device)}: ${state.reason}`, FIX_OF_STATE[state.name])] : [];
  });
  return orFine(findings, "No device is in a mode without AT port.");
}

function judgeComposition(device: AttachedModem, models: DoctorFacts["models"]): readonly Verdict[] {
  const match = matchModem(device, models);
  if (match.kind === "unknown-id" && isRouterStick(device, models)) {
    const sentence = `${named(device)} is of a modem's maker and shows network interfaces only: it looks like a stick that is a router (HiLink), without AT port.`;
    return [warning(sentence, FIX_OF_STATE.hilink)];
  }
  if (match.kind !== "unknown-composition") return [];
  const name = match.models.map((model) => model.name).join(" or ");
  const shown = device.interfaces.map((one) => `${one.number}: ${one.class}`).join(", ");
  const isNetworkOnly = showsNetworkOnly(device);
  const sentence = isNetworkOnly
    ? `${named(device)}, a ${name}, shows network interfaces only: it has no AT port.`
    : `${named(device)}, a ${name}, shows a set of interfaces that is not known; its ports may have moved.`;
  const fix =
    'Switch it back (SIM7600: `AT+CUSBPIDSWITCH=9001,1,1`; Quectel: `AT+QCFG="usbnet",0`), or describe it under `models:` (`provision init --out -` prints the entry).';
  return [isNetworkOnly ? fault(sentence, fix, [shown]) : warning(sentence, fix, [shown])];
}

function showsNetworkOnly({ interfaces }: AttachedModem): boolean {
  // RNDIS, CDC Ethernet, MBIM and their data interfaces; a CD drive and a card reader beside them are no ports.
  return (
    interfaces.length > 0 &&
    interfaces.every((one) => classMatches("02/06|02/0e|02/02/ff|0a|e0/01|ef/04|08", one.class))
  );
}

/** Makers of modems, and of no network adapters. */
function isRouterStick(device: AttachedModem, models: DoctorFacts["models"]): boolean {
  const vendors = models.flatMap(({ compositions }) => compositions.map(({ usb }) => usb.slice(0, 4)));
  return showsNetworkOnly(device) && vendors.includes(device.usb.slice(0, 4));
}

function judgeDriver(driver: DriverFacts, { usb, models }: DoctorFacts): readonly Verdict[] {
  const unbound = valueOr(usb.attached, []).filter((device) => lacksDriver(device, models));
  const findings = [
    ...driver.forbiddenBy.map((file) =>
      fault(`${file} forbids the driver \`option\`.`, `Remove that line from ${file}, then \`modprobe option\`.`),
    ),
    ...(driver.available === false
      ? [
          fault(
            `The kernel ${driver.release} has no driver \`option\`.`,
            "Install the package with the kernel's extra modules (linux-modules-extra), or a kernel built with CONFIG_USB_SERIAL_OPTION.",
          ),
        ]
      : []),
    ...unbound.map((device) => {
      const [vendor, product] = device.usb.split(":");
      const id = `\`modprobe option && echo ${vendor} ${product} > /sys/bus/usb-serial/drivers/option1/new_id\``;
      return fault(
        `${named(device)} has ports, but no driver took them.`,
        driver.loaded
          ? `${id} now; \`provision apply\` for good.`
          : "`modprobe option`, and see whether its terminals appear.",
      );
    }),
  ];
  if (findings.length > 0) return findings;
  if (!driver.loaded && driver.available === undefined) {
    return [
      note(
        `Whether the kernel ${driver.release} has the driver \`option\` could not be seen: its list of modules is missing.`,
      ),
    ];
  }
  const how = driver.loaded ? "is loaded" : "is loaded when a modem is plugged in";
  return fine(`The driver \`option\` ${how} (kernel ${driver.release}).`);
}

/** Vendor-specific interfaces of a modem that nobody took, not even QMI's driver. */
function lacksDriver(device: AttachedModem, models: DoctorFacts["models"]): boolean {
  if (matchModem(device, models).kind !== "matched") return false;
  const serial = device.interfaces.filter((one) => classMatches("ff", one.class));
  return serial.length > 0 && serial.every(({ driver, tty }) => driver === undefined && tty === undefined);
}

function named(device: AttachedModem): string {
  return inert(deviceName(device));
}
