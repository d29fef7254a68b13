import { spokenDuration } from "../decide/durations.ts";
import type { RecoveryState } from "../state-modem.ts";
import type { ModemStatus } from "../status/types.ts";
import { PHASE_WORDS } from "../status/verdict.ts";
import { passedText } from "./status-gateway.ts";
import { ago, lasting, type Row } from "./status-row.ts";

/** Everything that is known of a modem, and why the rest is not. `now`: milliseconds since 1970. */
export function modemRows(modem: ModemStatus, now: number): readonly Row[] {
  return [
    ["place", placeText(modem, now)],
    ...(modem.present ? ([["ports", portsText(modem)]] as const) : []),
    ["work", workText(modem, now)],
    ["recovery", recoveryText(modem, now)],
    ["messages", passedText(modem, now, modem.unknown?.lastReceived ?? modem.unknown?.lastSent)],
    ...knownRows(modem, now),
    ...unknownRows(modem),
  ];
}

function placeText({ present, device, port, usb, composition, since }: ModemStatus, now: number): string {
  const lasts = since === undefined ? undefined : lasting(since, now);
  if (!present) return `not plugged in${lasts === undefined ? "" : ` for ${lasts}`}`;
  const shape = [composition, usb].flatMap((part) => part ?? []).join(", ");
  const where = `${device ?? "on the bus"} at ${port ?? "an unknown port"}${shape === "" ? "" : ` (${shape})`}`;
  return `${where}${lasts === undefined ? "" : `, up ${lasts}`}`;
}

function portsText({ ports = {} }: ModemStatus): string {
  const all = Object.entries(ports).map(([role, tty]) => `${role}=${tty}`);
  return all.length === 0 ? "none: the device shows no terminals" : all.join(" ");
}

function workText({ talked, suspended, failedChecks, unknown = {} }: ModemStatus, now: number): string {
  const parts = [
    talked === undefined
      ? `no sign that smsd talks to it: ${unknown.talked ?? "nothing is known"}`
      : `smsd talked to it ${ago(new Date(now - talked * 1000).toISOString(), now)}`,
    ...(suspended === undefined || talked === undefined ? [] : [`smsd leaves it alone: ${suspended}`]),
    ...(failedChecks === undefined ? [] : [`${failedChecks} failed checks in a row`]),
  ];
  return parts.join("; ");
}

function recoveryText({ recovery, lastRecovery, nextRecovery }: ModemStatus, now: number): string {
  if (recovery) return `${climbText(recovery, now)}; because: ${bare(recovery.cause)}`;
  const next = nextRecovery === undefined ? "" : `; the next in ${spokenDuration(Date.parse(nextRecovery) - now)}`;
  if (!lastRecovery) return `none known${next}`;
  const { at, ok, rung, cause, how, took } = lastRecovery;
  const by = rung === "none" ? "without a reset" : `${ok ? "by" : "last tried"} ${rung}`;
  const end = `${ok ? "worked" : "failed"} after ${spokenDuration(took * 1000)}, ${by}`;
  return `last ${ago(at, now)}: ${end} (${how}); because: ${bare(cause)}${next}`;
}

/** A sentence within another. */
function bare(sentence: string): string {
  return sentence.replace(/\.$/, "");
}

function climbText({ phase, rung, ladder = [], begun }: RecoveryState, now: number): string {
  const since = begun === undefined ? "" : ` for ${lasting(begun, now)}`;
  const rungs = ladder.map((one) => (one === rung ? `[${one}]` : one)).join(" > ");
  return `under way${since}: ${rungs === "" ? rung : rungs}, ${PHASE_WORDS[phase]}`;
}

/** 27.007 §7.2. */
const REGISTRATION: Readonly<Record<number, string>> = {
  0: "not registered",
  1: "registered",
  2: "looking for a network",
  3: "registration denied",
  4: "registration unknown",
  5: "registered, roaming",
  6: "registered for SMS only",
  7: "registered for SMS only, roaming",
};

function knownRows(modem: ModemStatus, now: number): readonly Row[] {
  const { registration, operator, dbm, bars, sim, imsi, imei, firmware, storage, temperature, asked } = modem;
  const known = (value: unknown, text: string) => (value === undefined ? [] : [text]);
  const rows: readonly (readonly [string, readonly string[]])[] = [
    [
      "network",
      [
        ...known(registration, REGISTRATION[registration ?? 4] ?? `registration ${registration}`),
        ...known(operator, `${operator}`),
        ...known(dbm, `${dbm} dBm (${bars} of 5 bars)`),
      ],
    ],
    ["SIM", [...known(sim, `${sim}`), ...known(imsi, `IMSI ${imsi}`)]],
    ["device", [...known(imei, `IMEI ${imei}`), ...known(firmware, `firmware ${firmware}`)]],
    [
      "measured",
      [
        ...known(storage, `${storage?.used} of ${storage?.total} message places used`),
        ...known(temperature, `${temperature} °C`),
      ],
    ],
    ["asked", [...known(asked, `${ago(asked ?? "", now)}${nextText(modem, now)}`)]],
  ];
  return rows.flatMap(([label, parts]) => (parts.length === 0 ? [] : [[label, parts.join(", ")] as const]));
}

function nextText({ nextAsk, unaskable }: ModemStatus, now: number): string {
  if (unaskable !== undefined) return `; not now: ${unaskable}`;
  const wait = nextAsk === undefined ? 0 : Date.parse(nextAsk) - now;
  return wait > 0 ? `, next in ${spokenDuration(wait)}` : "";
}

/** What fields are called. The work row says why smsd does not talk to it; messages say themselves that none is known. */
const NAMES: Readonly<Record<string, string>> = {
  registration: "network",
  operator: "operator",
  signal: "signal",
  sim: "SIM",
  imsi: "IMSI",
  imei: "IMEI",
  firmware: "firmware",
  storage: "message places",
  temperature: "temperature",
};

/** Fields that are unknown for one reason are named together. */
function unknownRows({ unknown = {} }: ModemStatus): readonly Row[] {
  const byReason = new Map<string, string[]>();
  for (const [field, name] of Object.entries(NAMES)) {
    const reason = Object.hasOwn(unknown, field) ? unknown[field] : undefined;
    if (reason !== undefined) byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  }
  return [...byReason].map(([reason, names], index) => {
    return [index === 0 ? "unknown" : "", `${names.join(", ")}: ${reason}`] as const;
  });
}
