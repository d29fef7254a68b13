import { stringify } from "yaml";
import type { AttachedModem, UsbInterface } from "../../core/model/attached-modem.ts";

/** CDC and vendor-specific interfaces matter; storage, audio and the like do not tell modems apart. */
const TELLING = /^(02|0a|e0|ef|ff)\//;
/** Android's debug bridge is vendor-specific too, comes and goes, and is never a modem port. */
const ADB = "ff/42/01";

/**
 * A `models:` entry to paste for a device that the catalogue lacks. Which interface plays which role
 * is not visible on the bus: the AT role is a guess that the comment asks to confirm.
 */
export function modelEntryFor(attached: AttachedModem): string {
  const telling = attached.interfaces.filter((one) => TELLING.test(one.class) && one.class !== ADB);
  const ports = telling.filter((one) => one.tty !== undefined || one.class.startsWith("ff/"));
  const at = guessAt(ports);
  const entry = {
    name: nameOf(attached),
    title: titleOf(attached),
    source: "seen on this machine",
    at: { reset: "AT+CFUN=1,1", firmware: { command: "AT+CGMR", pattern: "(\\d+)\\.?(\\d+)?\\.?(\\d+)?" } },
    boot_time: "60s",
    compositions: [
      {
        name: "seen",
        usb: attached.usb,
        interfaces: Object.fromEntries(telling.map((one) => [one.number, one.class])),
        roles: { AT: at },
        new_id: ports.length > 0 && ports.every((one) => one.driver === undefined),
        source: "seen on this machine",
      },
    ],
  };
  const notes = [
    "# Paste this under `models:`. The AT role is a guess: try each port with `AT`, and correct it.",
    "# The reset command and the firmware pattern are the usual ones: see the modem's AT manual.",
  ];
  return `${notes.join("\n")}\nmodels:\n${indent(stringify([entry], { lineWidth: 0 }))}`;
}

/** Qualcomm-based modems have DIAG and NMEA first and AT third; with fewer ports it is the last or only one. */
function guessAt(ports: readonly UsbInterface[]): number {
  return (ports[2] ?? ports.at(-1))?.number ?? 0;
}

/** Descriptors hold whatever the vendor put there; a title is one line. */
function titleOf(attached: AttachedModem): string {
  const words = [attached.manufacturer, attached.product].filter(Boolean).join(" ");
  const line = words
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+/gu, " ")
    .slice(0, 100)
    .trim();
  return line || `USB ${attached.usb}`;
}

function nameOf(attached: AttachedModem): string {
  const product = (attached.product ?? "").replaceAll(/[^A-Za-z0-9.-]+/g, "-").replaceAll(/^[^A-Za-z0-9]+|-+$/g, "");
  return product.slice(0, 40) || `usb-${attached.usb.replace(":", "-")}`;
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}
