/*
 * smsd's log, line by line: `time,severity, process: text` (smstools 3.1.21, file logging).
 * `process` is `smsd` for the main process, otherwise the modem's name.
 */

export interface SmsdLogLine {
  readonly time: string;
  /** syslog severity: 2 critical … 7 debug. */
  readonly severity: number;
  readonly process: string;
  readonly text: string;
}

const LINE = /^(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d+)?),(\d), ([^:]+): (.*)$/;

export function parseLogLine(line: string): SmsdLogLine | undefined {
  const match = LINE.exec(line);
  if (!match) return undefined;
  const [, time = "", severity = "", process = "", text = ""] = match;
  return { time, severity: Number(severity), process: process.trim(), text };
}

export function parseLog(text: string): readonly SmsdLogLine[] {
  return text.split("\n").flatMap((line) => parseLogLine(line) ?? []);
}

/** The lines since smsd's main process last started. */
export function sinceLastStart(lines: readonly SmsdLogLine[]): readonly SmsdLogLine[] {
  const start = lines.findLastIndex((line) => /^Smsd v\S+ started/.test(line.text));
  return start === -1 ? lines : lines.slice(start);
}

/** How one modem's process stands with its modem. */
export type ModemProgress =
  | { readonly state: "ready"; readonly evidence: string }
  | { readonly state: "waiting"; readonly evidence: string }
  | { readonly state: "failed"; readonly evidence: string };

/** Lines that smsd writes only after a modem has answered its initialisation (`Checking device …` comes before it). */
const READY = [/^Used memory is/, /^No SMS received/, /^SMS received/, /^SMS sent/];
/** Lines after which smsd does nothing more with this modem until it is started again. */
const FATAL = [
  /^Modem did not accept this PIN/,
  /^Your SIM is locked/,
  /^PIN handling: expected READY or OK/,
  /^Modem needs PIN, but it's not defined/,
  /^Cannot open serial port/,
  /^Error: registration is denied/,
  /^Check SIM .* not retrying anymore/,
  /^Modem handler \d+ terminated abnormally/,
];
const TROUBLE = [
  /^Couldn't open serial port/,
  /^write_to_modem: error/,
  /^Could not send string/,
  /^Modem is not ready/,
];

/** Reads a modem's progress from the lines since the last start; the newest telling line decides, a fatal one always. */
export function modemProgress(lines: readonly SmsdLogLine[], modem: string): ModemProgress {
  const own = lines.filter((line) => line.process === modem);
  const fatal = own.findLast((line) => FATAL.some((pattern) => pattern.test(line.text)));
  if (fatal) return { state: "failed", evidence: fatal.text };
  const telling = own.findLast((line) => [...READY, ...TROUBLE].some((pattern) => pattern.test(line.text)));
  if (!telling) return { state: "waiting", evidence: "smsd has not spoken of it since it started" };
  const ready = READY.some((pattern) => pattern.test(telling.text));
  return { state: ready ? "ready" : "waiting", evidence: telling.text };
}
