import type { ProbeResult } from "../model/step.ts";

/*
 * What modems answer, as values. Each function takes the lines of one answer, with or without echo, prefix and quotes,
 * and gives undefined where they make no sense: another reader may have taken half of them.
 */

type Lines = readonly string[];

/** Longest identification that is taken over. */
const MAX_TEXT = 64;

/** What comes after `+NAME:` in the first line that has it. */
function valueAfter(lines: Lines, name: string): string | undefined {
  const start = `${name}:`.toUpperCase();
  const line = lines.find((candidate) => candidate.toUpperCase().startsWith(start));
  return line?.slice(start.length).trim();
}

function unquoted(text: string): string {
  return text
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .trim();
}

/** The fields of a comma-separated value; commas within quotes do not separate. */
function fields(value: string): readonly string[] {
  return (value.match(/"[^"]*"?|[^,]+|(?<=,)(?=,|$)/g) ?? []).map(unquoted);
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** AT+CGSN: 15 digits. */
export function parseImei(lines: Lines): string | undefined {
  return firstDigits(lines, /(?<!\d)\d{15}(?!\d)/);
}

/** AT+CIMI: at most 15 digits (ITU-T E.212), in practice never fewer than 14. */
export function parseImsi(lines: Lines): string | undefined {
  return firstDigits(lines, /^(?:\+CIMI:\s*)?"?(\d{14,15})"?$/i);
}

function firstDigits(lines: Lines, pattern: RegExp): string | undefined {
  for (const line of lines) {
    const match = pattern.exec(line);
    if (match) return match[1] ?? match[0];
  }
  return undefined;
}

/** AT+CGMR and the like: SIM7600 prints `+CGMR: LE20B05SIM7600G22` or, in other versions, the revision alone, as Quectel does. */
export function parseRevision(lines: Lines): string | undefined {
  for (const line of lines) {
    const text = unquoted(line.replace(/^[+^*#%!$][A-Z0-9]+:/i, "").replace(/^\s*Revision:/i, ""));
    if (text !== "" && !/^AT/i.test(text)) return text.slice(0, MAX_TEXT);
  }
  return undefined;
}

/** AT+CPIN?: `READY`, `SIM PIN`, `SIM PUK`, …. */
export function parseSimState(lines: Lines): string | undefined {
  const value = valueAfter(lines, "+CPIN");
  return value === undefined || value === "" ? undefined : unquoted(value).toUpperCase().slice(0, MAX_TEXT);
}

/** 27.007 §9.2: errors of the SIM, by number; with AT+CMEE=2 modems print the words themselves. */
const SIM_ERRORS: Readonly<Record<string, string>> = {
  "10": "SIM not inserted",
  "11": "SIM PIN required",
  "12": "SIM PUK required",
  "13": "SIM failure",
  "15": "SIM wrong",
};

/** The error that answered AT+CPIN?, if it says what is wrong with the SIM; a SIM that is busy (14) is still starting. */
export function simError(result: string): string | undefined {
  const detail = /^\+CM[ES] ERROR:\s*(.*)$/i.exec(result)?.[1]?.trim() ?? "";
  const words = SIM_ERRORS[detail] ?? detail;
  return /SIM/i.test(words) && !/busy/i.test(words) ? words.slice(0, MAX_TEXT) : undefined;
}

/**
 * AT+CREG?, AT+CGREG?, AT+CEREG?: `+CREG: <n>,<stat>[,…]`. An announcement `+CREG: <stat>[,"lac",…]` may stand beside
 * the answer; it has no second number.
 */
export function parseRegistration(lines: Lines, name: "+CREG" | "+CGREG" | "+CEREG"): number | undefined {
  for (const line of lines) {
    const value = valueAfter([line], name);
    const match = value === undefined ? null : /^[0-5]\s*,\s*(\d{1,2})\s*(,|$)/.exec(value);
    if (match) return Number(match[1]);
  }
  return undefined;
}

/** 27.007 §7.2: registered at home, roaming, or for SMS only. */
export function isRegistered(status: number | undefined): boolean {
  return status !== undefined && [1, 5, 6, 7].includes(status);
}

/** AT+CSQ: 0 to 31, 99 unknown. TD-SCDMA and some LTE firmware print 100 to 199, which says nothing about this scale. */
export function parseSignal(lines: Lines): number | undefined {
  const value = valueAfter(lines, "+CSQ");
  const signal = wholeNumber(fields(value ?? "")[0]);
  if (signal === undefined) return undefined;
  return signal <= 31 ? signal : 99;
}

/** AT+COPS?: the name, or the number where the modem shows that; undefined while there is no operator. */
export function parseOperator(lines: Lines): string | undefined {
  const value = valueAfter(lines, "+COPS");
  const name = value === undefined ? undefined : fields(value)[2];
  return name === undefined || name === "" ? undefined : name.slice(0, MAX_TEXT);
}

/** Modems name sensors that they do not have with 255, -273 or the like. */
const DEGREES = { least: -60, most: 130 };

/**
 * AT+CPMUTEMP (SIM7500_SIM7600 Series AT Command Manual): `+CPMUTEMP: 29`, degrees Celsius. AT+QTEMP (Quectel EC2x&EG9x&EG2x-G
 * Series AT Commands Manual): `+QTEMP: 33,30,29`, of several sensors; later series give each its own line with its name. The
 * hottest counts.
 */
export function parseTemperature(lines: Lines): number | undefined {
  const values = lines
    .flatMap((line) => fields(line.replace(/^[+^*#%!$][A-Z0-9]+:/i, "")))
    .filter((field) => /^[+-]?\d{1,3}(\.\d{1,3})?$/.test(field))
    .map(Number)
    .filter((degrees) => degrees >= DEGREES.least && degrees <= DEGREES.most);
  return values.length === 0 ? undefined : Math.max(...values);
}

/** AT+CPMS?: the first memory is the one that is read from. */
export function parseStorage(lines: Lines): ProbeResult["storage"] {
  const [memory = "", used, total] = fields(valueAfter(lines, "+CPMS") ?? "");
  const count = { used: wholeNumber(used), total: wholeNumber(total) };
  if (!/^[A-Z]{2}$/i.test(memory) || count.used === undefined || count.total === undefined) return undefined;
  return { used: count.used, total: count.total };
}
