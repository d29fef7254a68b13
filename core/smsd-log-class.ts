import type { SmsdLogLine } from "./smsd-log.ts";

/*
 * What a line of smsd's log means (smstools 3.1.21; texts read from the packaged binary). Every pattern is anchored at the
 * beginning: behind it may stand what a stranger wrote (a sender's name, a file's name, a modem's answer).
 */

/** `progress`: only a modem that answers brings this line about. `giving-up`: the modem's process is about to end; `process-ended`: it has. */
export type LineClass =
  | { readonly kind: "handler-ended"; readonly modem: string }
  | { readonly kind: "blocked"; readonly seconds: number }
  | { readonly kind: "unmovable"; readonly file: string }
  | { readonly kind: PlainKind };

export type LineKind = LineClass["kind"];

type PlainKind =
  | "started"
  | "ended"
  | "progress"
  | "alive"
  | "io-error"
  | "not-opening"
  | "not-answering"
  | "not-registered"
  | "registration-denied"
  | "pin-refused"
  | "sim-locked"
  | "sim-unexpected"
  | "pin-missing"
  | "sim"
  | "giving-up"
  | "process-ended"
  | "sending"
  | "setup-refused"
  | "fatal"
  | "duplicate"
  | "incoming-lost"
  | "outgoing-denied"
  | "second-smsd"
  | "script"
  | "reading-failed"
  | "unexpected-input"
  | "suspended"
  | "resumed"
  | "traffic"
  | "other";

const OF_SMSD: readonly (readonly [RegExp, PlainKind])[] = [
  [/^Smsd v\S+ started\b/, "started"],
  [/^Smsd mainprocess terminated\b/, "ended"],
  [/^FATAL ERROR: Looks like another smsd \(/, "second-smsd"],
];

/** The first that fits counts. */
const OF_ANY: readonly (readonly [RegExp, PlainKind])[] = [
  // Before `No SMS received`: the modem has just failed to say what is in its memory.
  [/^No SMS received \(reading interrupted\)/, "reading-failed"],
  [/^Command failed\./, "reading-failed"],
  [/^(No SMS received|Used memory is \d|SMS received|SMS sent)/, "progress"],
  [/^Checking device for incoming SMS/, "alive"],
  [/^SMS To: /, "traffic"],
  [/^(write_to_modem: error \d|Could not send (string|character))/, "io-error"],
  [/^Couldn't open serial port /, "not-opening"],
  [/^(Modem is not ready to answer commands.*Stopping\.$|Cannot check identity\. Stopping\.)/, "giving-up"],
  [/^(Modem is not ready to answer commands|Unable to talk with modem)/, "not-answering"],
  [/^Modem initialization failed/, "not-answering"],
  [/^Error: registration is denied/, "registration-denied"],
  [/^(MODEM IS NOT REGISTERED|Error: Unexpected answer from Modem after \+CREG)/, "not-registered"],
  [/^(Error: Modem is not registered to the network|Modem said: registration denied)/, "not-registered"],
  [/^Modem did not accept this PIN/, "pin-refused"],
  [/^Your SIM is locked/, "sim-locked"],
  [/^PIN handling: expected READY/, "sim-unexpected"],
  [/^Modem needs PIN, but it's not defined/, "pin-missing"],
  [/^Check SIM failed and not retrying anymore/, "giving-up"],
  [/^(Check SIM |PIN entering: modem answered)/, "sim"],
  [/^(Cannot open serial port|Failed to initialize modem)/, "giving-up"],
  [/^Modem handler \d+ terminated abnormally/, "process-ended"],
  [/^The modem (answer was not OK|did not answer \(expected OK\))/, "sending"],
  [/^(Sending SMS .*failed, trying|Sending canceled because)/, "sending"],
  [/^(Modem did not accept the|Error: Modem did not accept|Error: Looks like your device does not)/, "setup-refused"],
  [/^Fatal error\b/, "fatal"],
  [/^(Conflict with \.LOCK file|File already exists and it was locked)/, "duplicate"],
  [/^Cannot create file /, "incoming-lost"],
  [/^Cannot handle /, "outgoing-denied"],
  [/^(ALERT: problem with|Exec: |Done: (event|alarm|check)handler.* status: [1-9])/, "script"],
  [/^(Unexpected input|Routed |Cannot handle this routed)/, "unexpected-input"],
  [/^Suspend started/, "suspended"],
  [/^Suspend (ended|break)/, "resumed"],
];

const HANDLER_ENDED = /^Modem handler \d+ \(([A-Za-z0-9._-]{1,31})\) terminated while mainprocess is still running/;
const BLOCKED = /^Fatal error: sending failed \d+ times\. Blocking (\d{1,9}) sec/;
/** The target is a folder of smsd.conf, so without blanks; the file's name is whatever somebody put into the queue. */
const UNMOVABLE = /^Fatal error: Cannot move (\/.{1,4096}) to \/\S+?\. Check file and dir permissions/;

export function classifyLine({ process, text }: SmsdLogLine): LineClass {
  const main = process === "smsd";
  const ended = main ? HANDLER_ENDED.exec(text)?.[1] : undefined;
  if (ended !== undefined) return { kind: "handler-ended", modem: ended };
  const seconds = BLOCKED.exec(text)?.[1];
  if (seconds !== undefined) return { kind: "blocked", seconds: Number(seconds) };
  const file = UNMOVABLE.exec(text)?.[1];
  if (file !== undefined) return { kind: "unmovable", file };
  const rows = main ? [...OF_SMSD, ...OF_ANY] : OF_ANY;
  return { kind: rows.find(([pattern]) => pattern.test(text))?.[1] ?? "other" };
}

/** Whether the line says that a message went through a modem, and which way. A status report is none. */
export function messageOfLine({ text }: SmsdLogLine): "received" | "sent" | undefined {
  if (/^SMS sent\b/.test(text)) return "sent";
  return /^SMS received(?! \(report)/.test(text) ? "received" : undefined;
}

/** As much of a line as may be shown: no phone number, no name of a sender, no PDU, nothing unprintable, no more than a line of a terminal. */
export function shownText(text: string): string {
  const masked = text
    .replace(/[^\x20-\x7e]/g, "?")
    .replace(/\b(To|From): ?[^,]*/gi, "$1: …")
    .replace(/ to \S+ failed, trying/, " to … failed, trying")
    .replace(/\b[0-9A-Fa-f]{12,}\b/g, "…")
    .replace(/\+?\d{6,}/g, "…");
  return masked.length > LONGEST_SHOWN ? `${masked.slice(0, LONGEST_SHOWN)}…` : masked;
}

const LONGEST_SHOWN = 160;
