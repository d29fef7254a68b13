import { h } from "./dom.js";
import { foreign, unknown } from "./parts.js";
import { dbmWords, strengthWords } from "./signal.js";
import { ago, moment, spoken, timeOf } from "./time.js";
import { counted, registrationWords, rungWords } from "./words.js";

/** @import { ModemStatus } from "./types.ts" */
/** @import { Child } from "./dom.js" */
/** @typedef {readonly [string, Child]} Fact */

/**
 * Everything that is known of a modem, and of what is not known, why.
 * @param {ModemStatus} modem
 * @param {number} looked when it was seen so, milliseconds since 1970
 * @param {number} now
 * @returns {readonly Fact[]}
 */
export function modemFacts(modem, looked, now) {
  return [...work(modem, looked, now), ...radio(modem, now), ...identity(modem, now)];
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
    ["Talks to smsd", talked === undefined ? unknown(silence(modem)) : ago(looked - talked * 1000, now)],
    ...(suspended === undefined ? [] : [/** @type {Fact} */ (["Left out by smsd", foreign(suspended)])]),
    ...(failedChecks ? [/** @type {Fact} */ (["Failed checks", `${failedChecks} in a row`])] : []),
    ["Last received", when(modem.lastReceived, now)],
    ["Last sent", when(modem.lastSent, now)],
    ["Last recovery", lastRecovery ? recovered(lastRecovery, now) : "none on record"],
    ...(next === undefined || next <= now
      ? []
      : [/** @type {Fact} */ (["Next recovery", ["not before ", moment(next, now)]])]),
  ];
}

/** @param {ModemStatus} modem */
function silence(modem) {
  if (!modem.present) return "it is not plugged in";
  if (modem.suspended !== undefined) return "smsd leaves it out";
  return "smsd has not talked to it since the agent watches";
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
    h("span", { class: "quiet" }, "(", foreign(cause), " ", foreign(how), ")"),
  ];
}

/**
 * @param {string | undefined} text
 * @param {number} now
 */
function when(text, now) {
  const time = timeOf(text);
  return time === undefined ? "none on record" : ago(time, now);
}

/**
 * @param {ModemStatus} modem
 * @param {number} now
 * @returns {readonly Fact[]}
 */
function radio(modem, now) {
  const { sim, registration, operator, storage } = modem;
  return [
    ["Signal", signalFact(modem, now)],
    ["Operator", operator === undefined ? unknown(gap(modem, "operator", now)) : foreign(operator)],
    [
      "Registration",
      registration === undefined ? unknown(gap(modem, "registration", now)) : registrationWords(registration),
    ],
    ["SIM", sim === undefined ? unknown(gap(modem, "sim", now)) : foreign(sim)],
    ["SIM storage", storage === undefined ? unknown(gap(modem, "storage", now)) : storageFact(storage)],
  ];
}

/**
 * @param {ModemStatus} modem
 * @param {number} now
 */
function signalFact(modem, now) {
  const { dbm, bars } = modem;
  if (dbm === undefined || bars === undefined) return unknown(gap(modem, "signal", now));
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
  const { present, since, temperature, firmware, imei, imsi, usb, asked } = modem;
  const time = timeOf(since);
  const last = timeOf(asked);
  return [
    [present ? "On the bus" : "Gone", time === undefined ? unknown("the agent did not see it") : ago(time, now)],
    ["Composition", usb === undefined ? unknown(present ? "the agent has not said" : ABSENT) : foreign(usb)],
    ["Firmware", firmware === undefined ? unknown(gap(modem, "firmware", now)) : foreign(firmware)],
    ["Temperature", temperature === undefined ? unknown(gap(modem, "temperature", now)) : `${temperature} °C`],
    ["IMEI", imei === undefined ? unknown(gap(modem, "imei", now)) : foreign(imei)],
    ["IMSI", imsi === undefined ? unknown(gap(modem, "imsi", now)) : foreign(imsi)],
    ["Asked", last === undefined ? unknown(gap(modem, "asked", now)) : ago(last, now)],
  ];
}

const ABSENT = "it is not plugged in";

/**
 * Why something that only the modem can say is not known.
 * @param {ModemStatus} modem
 * @param {string} field
 * @param {number} now
 */
function gap({ present, gaps, unaskable, recovery, failedChecks, asked, nextAsk }, field, now) {
  if (!present) return ABSENT;
  const told = gaps?.[field] ?? unaskable;
  if (told !== undefined) return told;
  if (recovery) return "it is being recovered";
  if (failedChecks) return "it does not answer";
  const next = timeOf(nextAsk);
  const when = next === undefined || next <= now ? "" : `; it is asked in ${spoken(next - now)}`;
  return asked === undefined ? `it was not asked yet${when}` : `it did not say${when}`;
}
