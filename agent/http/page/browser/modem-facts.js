import { h } from "./dom.js";
import { foreign, unknown } from "./parts.js";
import { dbmWords, strengthWords } from "./signal.js";
import { ago, moment, spoken, timeOf } from "./time.js";
import { counted, registrationWords, rungWords } from "./words.js";

/** @import { ModemStatus } from "./types.ts" */
/** @import { Child } from "./dom.js" */
/** @typedef {readonly [string, Child]} Fact */

/**
 * Everything that is known of a modem, and of what is not known, why: how it works, and what it is.
 * @param {ModemStatus} modem
 * @param {number} looked when it was seen so, milliseconds since 1970
 * @param {number} now
 * @returns {readonly (readonly Fact[])[]}
 */
export function modemFacts(modem, looked, now) {
  return [[...work(modem, looked, now), ...radio(modem)], identity(modem, now)];
}

/**
 * @param {ModemStatus} modem
 * @param {number} looked
 * @param {number} now
 * @returns {readonly Fact[]}
 */
function work(modem, looked, now) {
  const { talked, failedChecks, suspended, lastRecovery, nextRecovery } = modem;
  const next = timeOf(nextRecovery);
  return [
    ["Talked to smsd", talked === undefined ? unknown(gap(modem, "talked")) : ago(looked - talked * 1000, now)],
    ...(suspended === undefined ? [] : [/** @type {Fact} */ (["Left out by smsd", foreign(suspended)])]),
    ...(failedChecks ? [/** @type {Fact} */ (["Failed checks", `${failedChecks} in a row`])] : []),
    ["Last received", passed(modem, "lastReceived", now)],
    ["Last sent", passed(modem, "lastSent", now)],
    ["Last recovery", lastRecovery ? recovered(lastRecovery, now) : "none on record"],
    ...(next === undefined || next <= now
      ? []
      : [/** @type {Fact} */ (["Next recovery", ["not before ", moment(next, now)]])]),
  ];
}

/**
 * @param {NonNullable<ModemStatus["lastRecovery"]>} recovery
 * @param {number} now
 */
function recovered({ at, ok, rung, cause, how, took }, now) {
  const time = timeOf(at);
  const way =
    rung === "none" ? (ok ? "without a rung" : "before any rung") : `${ok ? "by" : "last tried:"} ${rungWords(rung)}`;
  return [
    time === undefined ? "at an unknown time" : ago(time, now),
    `, ${ok ? "healed" : "in vain"} ${way}, after ${spoken(took * 1000)} `,
    h("span", { class: "quiet" }, "(", foreign(ok ? cause : `${cause} ${how}`), ")"),
  ];
}

/**
 * @param {ModemStatus} modem
 * @param {"lastReceived" | "lastSent"} field
 * @param {number} now
 */
function passed(modem, field, now) {
  const time = timeOf(modem[field]);
  return time === undefined ? unknown(gap(modem, field)) : ago(time, now);
}

/**
 * @param {ModemStatus} modem
 * @returns {readonly Fact[]}
 */
function radio(modem) {
  const { sim, registration, operator, storage } = modem;
  return [
    ["Signal", signalFact(modem)],
    ["Operator", operator === undefined ? unknown(gap(modem, "operator")) : foreign(operator)],
    [
      "Registration",
      registration === undefined ? unknown(gap(modem, "registration")) : registrationWords(registration),
    ],
    ["SIM", sim === undefined ? unknown(gap(modem, "sim")) : foreign(sim)],
    ["SIM storage", storage === undefined ? unknown(gap(modem, "storage")) : storageFact(storage)],
  ];
}

/** @param {ModemStatus} modem */
function signalFact(modem) {
  const { dbm, bars } = modem;
  if (dbm === undefined || bars === undefined) return unknown(gap(modem, "signal"));
  return h("span", { class: "signal" }, barsView(bars), `${dbmWords(dbm)}, ${strengthWords(bars)}`);
}

/** @param {number} bars */
function barsView(bars) {
  return h(
    "svg",
    { class: `bars bars-${bars}`, viewBox: "0 0 29 20", role: "img", "aria-label": `${bars} of 5 bars` },
    [1, 2, 3, 4, 5].map((bar) =>
      h("rect", {
        class: bar <= bars ? "bar-on" : "bar-off",
        x: (bar - 1) * 6,
        y: 20 - bar * 4,
        width: 5,
        height: bar * 4,
        rx: 1,
      }),
    ),
  );
}

/** @param {NonNullable<ModemStatus["storage"]>} storage */
function storageFact({ used, total }) {
  return [
    h("meter", { min: 0, max: Math.max(1, total), value: used, "aria-hidden": "true" }),
    ` ${used} of ${counted(total, "place")} used`,
  ];
}

/**
 * @param {ModemStatus} modem
 * @param {number} now
 * @returns {readonly Fact[]}
 */
function identity(modem, now) {
  const { present, since, temperature, firmware, imei, imsi, asked } = modem;
  const time = timeOf(since);
  const last = timeOf(asked);
  return [
    [present ? "On the bus" : "Gone", time === undefined ? unknown("the agent did not see it") : ago(time, now)],
    ["Composition", compositionFact(modem)],
    ["Firmware", firmware === undefined ? unknown(gap(modem, "firmware")) : foreign(firmware)],
    ["Temperature", temperature === undefined ? unknown(gap(modem, "temperature")) : `${temperature} °C`],
    ["IMEI", imei === undefined ? unknown(gap(modem, "imei")) : foreign(imei)],
    ["IMSI", imsi === undefined ? unknown(gap(modem, "imsi")) : foreign(imsi)],
    ["Asked", last === undefined ? "not yet" : ago(last, now)],
  ];
}

/** @param {ModemStatus} modem */
function compositionFact(modem) {
  const { usb, composition } = modem;
  const parts = [composition, usb].filter((part) => part !== undefined);
  return parts.length === 0 ? unknown(gap(modem, "composition")) : foreign(parts.join(", "));
}

/**
 * Why something is not known of it.
 * @param {ModemStatus} modem
 * @param {string} field
 */
function gap({ present, unknown: reasons = {} }, field) {
  const told = Object.hasOwn(reasons, field) ? reasons[field] : undefined;
  return told ?? (present ? "the agent has not said why" : "it is not plugged in");
}
