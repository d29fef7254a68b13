/** `info` is worth knowing, `warning` wants a look, `critical` means that messages are not moving or soon will not. */
export type Level = "info" | "warning" | "critical";

/** What a finding or a step is about: smsd, one modem (`modem:SIM7600`), or the machine. */
export type Subject = "smsd" | "host" | `modem:${string}`;

/** The verdict of one health check at one moment. */
export interface Finding {
  /** Stable code: `smsd-down`, `at-port-missing`. With the subject it identifies the finding over time. */
  readonly code: string;
  readonly subject: Subject;
  readonly level: Level;
  /** One sentence for a person. Never a phone number, a text or a PIN. */
  readonly sentence: string;
  /** What it was concluded from: log lines, pids, numbers. */
  readonly evidence: readonly string[];
  /** What a person can do; absent where nothing needs doing. */
  readonly fix?: string;
  /** False where it is for the log only: nobody is told. */
  readonly notify: boolean;
}

/** A finding since it began. */
export interface OngoingFinding extends Finding {
  /** Milliseconds since 1970. */
  readonly since: number;
}

export function findingKey({ code, subject }: Pick<Finding, "code" | "subject">): string {
  return `${subject} ${code}`;
}

export function modemSubject(name: string): Subject {
  return `modem:${name}`;
}
