import { inert } from "./inert.ts";

/** A message that was given to smsd, and what became of it. */
export interface Sending {
  /** The number that the person gave. */
  readonly to: string;
  readonly parts: number;
  readonly alphabet: "gsm7" | "ucs2";
  /** `queued` where nobody waited; `waiting` where the time was over; `gone` where another program took it away. */
  readonly outcome: "sent" | "failed" | "waiting" | "gone" | "queued";
  /** Where it lies now. */
  readonly file?: string;
  readonly seconds?: number;
  readonly modem?: string;
  /** smsd's number of it, which its status report will name. */
  readonly messageId?: number;
  readonly reason?: string;
  /** Why it waits, or why it is not known. */
  readonly why?: string;
  readonly fix?: string;
}

/** The outcome for people, one sentence a line. */
export function renderSending(sending: Sending): string {
  const fix = sending.fix === undefined ? [] : [`  fix: ${sending.fix}`];
  return [...sentences(sending), ...fix].map((line) => `${inert(line)}\n`).join("");
}

function sentences({ to, parts, outcome, file, seconds, modem, messageId, reason, why }: Sending): readonly string[] {
  const size = `${parts} part${parts === 1 ? "" : "s"}`;
  const took = `${(seconds ?? 0).toFixed(1)} s`;
  const by = modem === undefined ? "" : `, by ${modem}`;
  switch (outcome) {
    case "sent":
      return [`Sent to ${to}: ${size}, ${took}${by}${messageId === undefined ? "" : `, message ${messageId}`}.`];
    case "failed":
      return [
        `Not sent to ${to}: ${reason ?? "smsd gave no reason"} (${size}, ${took}${by}).`,
        `It is kept as ${file}.`,
      ];
    case "waiting":
      return [
        `Not sent to ${to} yet after ${took}: ${why}.`,
        `It waits as ${file} and is sent once nothing is in its way.`,
      ];
    case "gone":
      return [`What became of the message to ${to} is not known: ${why}.`];
    case "queued":
      return [`In smsd's queue for ${to}: ${size}, as ${file}.`, ...(why === undefined ? [] : [`${why}.`])];
  }
}
