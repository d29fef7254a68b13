import type { IncomingMessage } from "../../core/model/message.ts";
import type { Opened } from "../incoming/archive.ts";
import { inert } from "./inert.ts";

/** One message without its text, as JSON has it. */
export interface MessageRow {
  readonly id: string;
  readonly state: Opened["standing"];
  /** ISO 8601, UTC: when smsd wrote it; for what is no message, when it was put away. */
  readonly at: string;
  /** Absent for what is no message. */
  readonly kind?: IncomingMessage["kind"];
  readonly modem?: string;
  /** Most of it left out. */
  readonly from?: string;
  /** Of a dead letter, one sentence. */
  readonly reason?: string;
}

export function messageRow({ id, standing, at, message, reason }: Opened): MessageRow {
  return {
    id,
    state: standing,
    at: message?.receivedAt ?? new Date(at).toISOString(),
    ...(message ? { kind: message.kind, modem: message.modem, from: maskSender(message.from) } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** `+49…67` of a number, the first letter of a name: enough to tell two apart, too little to call. */
export function maskSender(from: string): string {
  if (from === "") return "";
  if (!/^\+?\d+$/.test(from)) return `${Array.from(from)[0] ?? ""}…`;
  return from.length < 8 ? `…${from.slice(-1)}` : `${from.slice(0, 3)}…${from.slice(-2)}`;
}

const WORDS: Readonly<Record<IncomingMessage["kind"], string>> = {
  message: "message",
  "status-report": "report",
  "missed-call": "missed call",
};

/** One line for each message: state, time, id as far as `sms show` needs it, kind, modem, sender. */
export function renderMessages(rows: readonly MessageRow[]): string {
  if (rows.length === 0) return "no messages\n";
  const cells = rows.map(({ state, at, id, kind, modem = "", from = "", reason }) => {
    const what = kind === undefined ? "no message" : WORDS[kind];
    return { fixed: [state, at, id.slice(0, 12), what, modem, from].map(inert), reason };
  });
  const widths = [0, 1, 2, 3, 4, 5].map((column) => Math.max(...cells.map(({ fixed }) => fixed[column]?.length ?? 0)));
  const lines = cells.map(({ fixed, reason }) => {
    const line = fixed.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
    return `${line}${reason === undefined ? "" : `  ${inert(reason)}`}`.trimEnd();
  });
  return `${lines.join("\n")}\n`;
}

/** One message with everything that is known of it: for whoever asked for this very one. */
export function renderMessage({ id, standing, message, sinks, reason, place }: Opened): string {
  const rows: (readonly [string, string])[] = [
    ["id", id],
    ["state", standing],
    ["file", `${place.folder}/${place.name}`],
    ...(reason === undefined ? [] : [["reason", reason] as const]),
    ...(message ? messageRows(message) : []),
    ...Object.entries(sinks).map(([name, { type, outcome, attempts, at, lastError }]) => {
      const error = lastError === undefined ? "" : `: ${lastError}`;
      return [`sink ${name}`, `${type}, ${outcome} after ${attempts} attempts, last at ${at}${error}`] as const;
    }),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const head = rows.map(([name, value]) => `${inert(name).padEnd(width)}  ${inert(value)}`);
  return `${[...head, ...bodyOf(message)].join("\n")}\n`;
}

function messageRows(message: IncomingMessage): readonly (readonly [string, string])[] {
  const { kind, modem, from, sentAt, receivedAt, parts, incomplete, report } = message;
  const missing = incomplete ? ` (${parts.received} of ${parts.total} parts; the others never came)` : "";
  return [
    ["kind", `${WORDS[kind]}${missing}`],
    ["modem", modem],
    ["from", from],
    ...(sentAt === undefined ? [] : [["sent", sentAt] as const]),
    ["received", receivedAt],
    ...(report
      ? [["report", `message ${report.messageId}: ${report.outcome} (status ${report.status})`] as const]
      : []),
  ];
}

function bodyOf(message: IncomingMessage | undefined): readonly string[] {
  if (message?.text !== undefined) return ["", ...message.text.split(/\r\n|[\r\n]/).map(inert)];
  return message?.data === undefined ? [] : ["", `(not text; base64) ${message.data}`];
}
