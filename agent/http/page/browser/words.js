/** @import { RecoveryState } from "./types.ts" */

/** 27.007 §7.2. */
/** @type {ReadonlyMap<number, string>} */
const REGISTRATION = new Map([
  [0, "not registered"],
  [1, "registered"],
  [2, "looking for a network"],
  [3, "registration denied"],
  [4, "unknown to the modem"],
  [5, "registered, roaming"],
  [6, "registered for SMS only"],
  [7, "registered for SMS only, roaming"],
]);

/** Maps, here and elsewhere: what is looked up may be called `constructor`. */
/** @type {ReadonlyMap<string, string>} */
const RUNGS = new Map([
  ["restart-smsd", "Restart smsd"],
  ["at-reset", "AT reset"],
  ["usb-reset", "USB reset"],
  ["usb-authorize", "USB off and on"],
  ["usb-power", "Power off and on"],
  ["host-reboot", "Reboot the machine"],
]);

/** What happens on a rung, in order; the second word is what people read. */
/** @type {readonly (readonly [RecoveryState["phase"], string, string])[]} */
export const PHASES = [
  ["isolate", "Isolate", "smsd lets go of the modem"],
  ["act", "Act", "the rung is carried out"],
  ["settle", "Settle", "the modem boots and must answer"],
  ["resume", "Resume", "smsd takes the modem back"],
  ["confirm", "Confirm", "smsd must talk to it"],
];

/** @param {number} status */
export function registrationWords(status) {
  return REGISTRATION.get(status) ?? `status ${status}`;
}

/** @param {string} rung */
export function rungWords(rung) {
  return RUNGS.get(rung) ?? rung;
}

/** @param {string} phase */
export function phaseWords(phase) {
  return PHASES.find(([name]) => name === phase)?.[2] ?? phase;
}

/**
 * `modem:SIM7600` as people say it.
 * @param {string} subject
 */
export function subjectWords(subject) {
  if (subject === "host") return "this machine";
  return subject.replace(/^modem:/, "");
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function counted(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

const NUMBER = new Intl.NumberFormat("en");

/** @param {number} number */
export function numberWords(number) {
  return NUMBER.format(number);
}

/** @param {number} bytes */
export function sizeWords(bytes) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const number = bytes / 1000 ** step;
  return `${number >= 100 || step === 0 ? Math.round(number) : number.toFixed(1)} ${units[step]}`;
}
