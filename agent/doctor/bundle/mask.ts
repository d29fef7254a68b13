import { HIDDEN } from "../../at/mask.ts";

/*
 * Masks what must not leave the machine: phone numbers, IMEI, IMSI, ICCID, PDUs, PINs, passwords, tokens, addresses of
 * people and of the world. Names of the host, of users and of files stay, as do private addresses: without them a bundle
 * tells nothing. In doubt it hides.
 */

export interface Masker {
  text(text: string): string;
  /** A log of several lines, in which JSON is masked as such. */
  log(text: string): string;
  /** Strings and keys of a JSON value; its numbers are counts, times and sizes of ours, and stay. */
  json(value: unknown): unknown;
}

/** `secrets`: values that must appear nowhere, whatever stands around them. */
export function maskerFor(secrets: readonly string[]): Masker {
  const known = [...new Set(secrets.flatMap(forms))].filter((one) => one.length >= SHORTEST);
  const ordered = known.sort((a, b) => b.length - a.length);
  const text = (given: string) => maskPatterns(ordered.reduce(withoutSecret, given));
  const json = (value: unknown) => maskJson(value, text);
  return {
    text,
    json,
    log: (lines) =>
      lines
        .split("\n")
        .map((line) => logLine(line, text, json))
        .join("\n"),
  };
}

/** A PIN has four digits; what is shorter says nothing and stands everywhere. */
const SHORTEST = 4;

/** A value as it may stand in a URL, in JSON or in a header. */
function forms(value: string): readonly string[] {
  const trimmed = value.trim();
  return [
    value,
    trimmed,
    encodeURIComponent(trimmed),
    JSON.stringify(trimmed).slice(1, -1),
    Buffer.from(trimmed, "utf8").toString("base64"),
  ];
}

/** Also where it is a part of something else, with the digits around it: half a number would be left. */
function withoutSecret(text: string, secret: string): string {
  if (!/^\d+$/.test(secret)) return text.replaceAll(secret, HIDDEN);
  return text.replace(new RegExp(`\\+?\\d*${secret}\\d*`, "g"), HIDDEN);
}

const NUMBER_KEY =
  /\b((?:to|from|number|sender|recipient|recipients|admin_to|smsc|msisdn|phone|imei|imsi|iccid|ccid)["']?\s*[:=]\s*["']?)(?![{[])([^\s,;"'{}[\]]+)/gi;
const SECRET_KEY =
  /((?:\b|_)(?:pin2?|puk2?|password|passwd|passphrase|pass|pwd|token|secret|secrets|api[-_]?key|private[-_]?key|authorization|credential|cookie|apikey|signature)["']?\s*[:=]\s*["']?)(?![{[]|file\b)(?:bearer\s+|basic\s+)?[^\s,;"'{}[\]]+/gi;
/** As a list of arguments has it: `--token, abc`. */
const ARGUMENT =
  /(--?(?:pin|password|passwd|pass|token|secret|api-?key|key|auth|user)\b["']?(?:[\s,=]+["']?))[^\s,;"'{}[\]]+/gi;
const BEARER = /\b((?:bearer|basic)\s+)[\w.~+/=-]+/gi;
/** Commands with a PIN, a number or a text behind them (agent/at/mask.ts has the same list for whole commands). */
const AT_COMMAND =
  /((?:\+(?:CPIN2?|CPWD|CLCK|EPIN|QPINC|SPIC|CMGS|CMGW|CMGC|CMSS|CUSD|CPBW|CPBF|CSCA|CCFC|CLIP|CNUM|CGAUTH|QICSGP|CRSM|CSIM)|\^CPIN)[=:]\s*)(?![\s?]|READY|SIM P)[^\r\n]+/gi;
const DIAL = /\b(ATD[TP]?)[^\s]+/gi;
const URL = /\b([a-z][a-z0-9+.-]*:\/\/)(?:[^\s/@"'<>]*@)?([^\s/?#"'<>]*)([/?#][^\s"'<>]*)?/gi;
const MAIL = /[\w.+-]+@([\w-]+\.)+[a-z]{2,}/gi;
/** `+49 170 123 45 67`, `0049-170-1234567`; not the second half of a time. */
const WRITTEN_NUMBER = /(?<![\d:.\w])(?:\+|00)\d(?:[ ./()-]{0,2}\d){6,17}/g;
/** `0170 1234567`, `(0170) 123-4567`. */
const NATIONAL_NUMBER = /(?<![\d:.\w-])\(?0\d{2,5}\)?[ /-]\d{3,}(?:[ -]\d{2,})*/g;
/** A platform device keeps the address of its registers: it names a USB port. */
const DIGITS = /(platform-[0-9a-f]{7,8}\.)|\+?\d{7,}[fF]?/g;
const HEX = /[0-9a-fA-F]{12,}/g;
/** A long word of letters and digits is a token or a hash. */
const TOKEN = /(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{28,}/g;
const IPV4 = /(?<![\w.])(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}(?![\w.])/g;
const IPV6 = /(?<![\w:.])(?:[0-9a-f]{1,4}:){2,7}(?::|[0-9a-f]{1,4})(?:[0-9a-f:]*)(?![\w:.])/gi;

function maskPatterns(text: string): string {
  return text
    .replace(URL, (_, scheme: string, host: string, rest?: string) => `${scheme}${host}${maskedPath(host, rest)}`)
    .replace(MAIL, HIDDEN)
    .replace(AT_COMMAND, `$1${HIDDEN}`)
    .replace(DIAL, `$1${HIDDEN}`)
    .replace(NUMBER_KEY, (whole, key: string, value: string) => (mayBeNumber(value) ? `${key}${HIDDEN}` : whole))
    .replace(SECRET_KEY, `$1${HIDDEN}`)
    .replace(ARGUMENT, `$1${HIDDEN}`)
    .replace(BEARER, `$1${HIDDEN}`)
    .replace(WRITTEN_NUMBER, HIDDEN)
    .replace(NATIONAL_NUMBER, HIDDEN)
    .replace(HEX, HIDDEN)
    .replace(DIGITS, (_, platform?: string) => platform ?? HIDDEN)
    .replace(TOKEN, HIDDEN)
    .replace(IPV4, (whole, a: string, b: string) => (isPrivate(Number(a), Number(b)) ? whole : HIDDEN))
    .replace(IPV6, (whole) => (isOurs6(whole) ? whole : HIDDEN));
}

/** Webhooks keep their secret in the path as often as in the query; our own API has neither. */
function maskedPath(host: string, rest: string | undefined): string {
  if (rest === undefined || rest === "/") return rest ?? "";
  const isOwn = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host) && !rest.includes("?");
  return isOwn ? rest : `/${HIDDEN}`;
}

/** A short code has three digits; `to: ttyUSB2` and `from: apply` are none. */
function mayBeNumber(value: string): boolean {
  return /\d{3}/.test(value) && !/^(tty|\/|\d{4}-\d\d-\d\d)/.test(value);
}

/** RFC 1918, loopback, link-local, this host; 100.64/10 is a carrier's or a VPN's. */
function isPrivate(a: number, b: number): boolean {
  if (a === 0 || a === 10 || a === 127 || a === 255) return true;
  return (
    (a === 192 && b === 168) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b < 128)
  );
}

/** Link-local, unique local; and what is a time or a USB address rather than an address of the net. */
function isOurs6(text: string): boolean {
  return /^(fe[89ab]|f[cd])/i.test(text) || /^\d{1,2}:\d\d(:\d\d)?$/.test(text) || (text.match(/:/g) ?? []).length < 3;
}

/** The agent writes a JSON object a line; journalctl puts time, host and process before it. */
function logLine(line: string, text: (text: string) => string, json: (value: unknown) => unknown): string {
  const start = line.indexOf("{");
  if (start === -1 || !line.endsWith("}")) return text(line);
  try {
    return text(line.slice(0, start)) + JSON.stringify(json(JSON.parse(line.slice(start))));
  } catch {
    return text(line);
  }
}

function maskJson(value: unknown, mask: (text: string) => string): unknown {
  if (typeof value === "string") return isTime(value) ? value : mask(value);
  if (Array.isArray(value)) return value.map((one) => maskJson(one, mask));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [mask(key), maskedMember(key, one, mask)]));
}

const SECRET_MEMBER =
  /^(pin2?|puk2?|password|token|secret|authorization|imei|imsi|iccid|to|from|sender|recipient|number|text|body)$/i;

/** Where a secret is kept (core/secret.ts). */
const ORIGINS: ReadonlySet<unknown> = new Set(["file", "env", "credential"]);

/** What a member's name says, its value need not. A reference to a secret is an object, and no secret. */
function maskedMember(key: string, value: unknown, mask: (text: string) => string): unknown {
  if (key === "from" && ORIGINS.has(value)) return value;
  if (SECRET_MEMBER.test(key) && (typeof value === "string" || typeof value === "number")) return HIDDEN;
  return maskJson(value, mask);
}

/** Fractions of a second are no phone number. */
function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:?\d\d)$/.test(text);
}
