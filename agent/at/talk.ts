/** How a modem answered one command. `silent`: no end of an answer came in time; `lines` holds what did come. */
export interface AtAnswer {
  readonly outcome: "ok" | "error" | "silent";
  /** The line that ended it: `OK`, `+CME ERROR: 10`; empty when silent. */
  readonly result: string;
  readonly lines: readonly string[];
}

/** Somebody to talk AT to. */
export interface AtTalk {
  command(text: string, timeout: number): Promise<AtAnswer>;
  answers(timeout: number): Promise<boolean>;
}

export function silence(lines: readonly string[]): AtAnswer {
  return { outcome: "silent", result: "", lines };
}

/** A terminal's path from its name (`ttyUSB3`) or path. */
export function terminalPath(tty: string): string {
  return tty.startsWith("/") ? tty : `/dev/${tty}`;
}
