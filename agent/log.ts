import { pino } from "pino";
import type { Level } from "./model/finding.ts";

/** sd-daemon(3): a line that begins with `<N>` gets syslog priority N in the journal. */
const PRIORITY: Readonly<Record<number, number>> = { 60: 2, 50: 3, 40: 4, 30: 6, 20: 7, 10: 7 };

export interface AgentLog {
  write(level: Level, message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, error: unknown): void;
}

/** The agent's own log: JSON lines for the journal, with its priorities. Never a text, a number or a PIN. */
export function agentLog(out: (line: string) => void): AgentLog {
  const logger = pino(
    { base: null, timestamp: false, formatters: { level: (label) => ({ level: label }) } },
    { write: (line: string) => out(withPriority(line)) },
  );
  const byLevel = { info: "info", warning: "warn", critical: "error" } as const;
  return {
    write: (level, message, fields = {}) => logger[byLevel[level]](fields, message),
    error: (message, err) => logger.error({ err }, message),
  };
}

function withPriority(line: string): string {
  const label = /^\{"level":"(\w+)"/.exec(line)?.[1] ?? "info";
  return `<${PRIORITY[pino.levels.values[label] ?? 30] ?? 6}>${line}`;
}
