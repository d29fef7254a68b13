import type { Diagnostic } from "./diagnostics.ts";

/** Stable names of everything that can go wrong; scripts and tests may match on them. */
export type ErrorCode =
  | "inventory-invalid"
  | "usage"
  | "lock-held"
  | "precondition-missing"
  | "plan-stale"
  | "applied-in-part"
  | "apply-failed"
  | "verify-failed"
  | "interrupted"
  | "not-found"
  | "command-failed"
  | "io";

/** Process exit codes: an interface that scripts rely on. */
export const EXIT = {
  ok: 0,
  failed: 1,
  changesPending: 2,
  appliedInPart: 3,
  inventoryInvalid: 10,
  lockHeld: 11,
  preconditionMissing: 12,
  planStale: 13,
  usage: 64,
  interrupted: 130,
} as const;

export interface ErrorDetail {
  /** Why it matters or why it happened, one sentence. */
  readonly why?: string;
  /** What the reader can do about it, one sentence or command. */
  readonly fix?: string;
  readonly diagnostics?: readonly Diagnostic[];
  readonly cause?: unknown;
}

/** The one error class that reaches a person: a code, one sentence, why, and what to do. */
export class ModemkeeperError extends Error {
  readonly code: ErrorCode;
  readonly why: string | undefined;
  readonly fix: string | undefined;
  readonly diagnostics: readonly Diagnostic[];

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = "ModemkeeperError";
    this.code = code;
    this.why = detail.why;
    this.fix = detail.fix;
    this.diagnostics = detail.diagnostics ?? [];
  }
}

const EXIT_OF: Readonly<Record<ErrorCode, number>> = {
  "inventory-invalid": EXIT.inventoryInvalid,
  usage: EXIT.usage,
  "lock-held": EXIT.lockHeld,
  "precondition-missing": EXIT.preconditionMissing,
  "plan-stale": EXIT.planStale,
  "applied-in-part": EXIT.appliedInPart,
  "apply-failed": EXIT.failed,
  "verify-failed": EXIT.failed,
  interrupted: EXIT.interrupted,
  "not-found": EXIT.failed,
  "command-failed": EXIT.failed,
  io: EXIT.failed,
};

/** The one mapping from errors to exit codes; what is unknown is a failure. */
export function exitCodeOf(error: unknown): number {
  return error instanceof ModemkeeperError ? EXIT_OF[error.code] : EXIT.failed;
}

export function hasErrno(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
