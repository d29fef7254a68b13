import type { Diagnostic } from "../../core/diagnostics.ts";
import { type ErrorCode, ModemkeeperError } from "../../core/errors.ts";

/** What the engine's process prints: one JSON value. */
export type EngineAnswer<T> = { readonly value: T } | { readonly error: EngineError };

export interface EngineError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly why?: string;
  readonly fix?: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** An error that says what it means is an answer; any other is a fault of the process. */
export async function answerOf<T>(work: Promise<T>): Promise<EngineAnswer<T>> {
  try {
    return { value: await work };
  } catch (error) {
    if (!(error instanceof ModemkeeperError)) throw error;
    const { code, message, why, fix, diagnostics } = error;
    return {
      error: {
        code,
        message,
        diagnostics,
        ...(why === undefined ? {} : { why }),
        ...(fix === undefined ? {} : { fix }),
      },
    };
  }
}
