import type { Modem } from "../modem/modem.ts";

/** What an AT command leads to. */
export interface Outcome {
  /** Printed lines; the last one is the final result, if there is one. */
  readonly lines: readonly string[];
  /** Milliseconds before they are printed. */
  readonly delay?: number;
  /** The modem shows `> ` and hands what is typed until Ctrl-Z to this. */
  readonly prompt?: (body: string) => Outcome;
  /** Runs once the lines are out. */
  readonly afterwards?: () => void;
}

export interface ActionCall {
  readonly modem: Modem;
  readonly interface: number;
  readonly argument: string;
  setEcho(on: boolean): void;
}

export type Action = (call: ActionCall) => Outcome;

export const OK: Outcome = { lines: ["OK"] };

export function failure(text: string): Outcome {
  return { lines: [text] };
}

const CME_TEXT: Readonly<Record<string, string>> = {
  "10": "SIM not inserted",
  "11": "SIM PIN required",
  "12": "SIM PUK required",
  "14": "SIM busy",
  "16": "incorrect password",
  "50": "Incorrect parameters",
};

/** +CME ERROR in the form that AT+CMEE asked for: 0 a bare ERROR, 1 the number, 2 words (27.007, 9.1). */
export function renderError(line: string, cmee: string): string {
  const code = /^\+CME ERROR: (\d+)$/.exec(line)?.[1];
  if (code === undefined) return line;
  if (cmee === "0") return "ERROR";
  return cmee === "2" ? `+CME ERROR: ${CME_TEXT[code] ?? code}` : line;
}

export function isFinal(line: string): boolean {
  return /^(OK|ERROR|NO CARRIER|\+CM[ES] ERROR: .*)$/.test(line);
}
