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
