import type { SecretRef } from "../secret.ts";
import type { Consequence, ExpectedLink, FolderFate } from "./resource.ts";

/** A secret as a generation remembers it: where to read it again, never its value. */
export interface RecordedSecret {
  readonly mask: string;
  readonly ref: SecretRef;
}

export type RecordedResource =
  | {
      readonly kind: "package";
      readonly id: string;
      readonly name: string;
      readonly provides: string;
      readonly install: boolean;
    }
  | {
      readonly kind: "user";
      readonly id: string;
      readonly name: string;
      readonly group: string;
      readonly groups: readonly string[];
      readonly home: string;
    }
  | {
      readonly kind: "directory";
      readonly id: string;
      readonly path: string;
      readonly onDestroy: FolderFate;
      readonly mode: number;
      readonly owner: string;
      readonly group: string;
    }
  | {
      readonly kind: "file";
      readonly id: string;
      readonly path: string;
      /** Content in which each secret stands as its mask. */
      readonly masked: string;
      readonly secrets: readonly RecordedSecret[];
      readonly mode: number;
      readonly owner: string;
      readonly group: string;
      readonly template: string;
      readonly consequences: readonly Consequence[];
    }
  | {
      readonly kind: "unit";
      readonly id: string;
      readonly unit: string;
      readonly enabled: boolean;
      readonly active: boolean;
      readonly program?: string;
    };

/**
 * - `applying`: begun and not ended; the next apply finishes it
 * - `applied`: what the host was made to be
 * - `undone`: failed, and everything was put back
 * - `partial`: failed, and something could not be put back
 */
export type GenerationStatus = "applying" | "applied" | "undone" | "partial";

/** A recorded apply: what was wanted of the host, and how it ended. */
export interface Generation {
  readonly format: "modemkeeper.generation/1";
  readonly number: number;
  readonly status: GenerationStatus;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt?: string;
  /** Version of the program that wrote it. */
  readonly program: string;
  /** What asked for it: `apply`, `rollback to 3`. */
  readonly cause: string;
  /** What an interrupted apply still owes the host. */
  readonly consequences: readonly Consequence[];
  /** One line for lists, e.g. `3 to add, 1 to change, 0 to remove`. */
  readonly summary: string;
  readonly error?: string;
  readonly resources: readonly RecordedResource[];
  readonly links: readonly ExpectedLink[];
}
