import type { StopFlag } from "../manual-stop.ts";
import type { FileEntry, UnitState, UserEntry } from "../ports.ts";
import type { AttachedModem } from "./attached-modem.ts";

/** How one resource is on the host now. */
export type Actual =
  | { readonly kind: "package"; readonly installed: boolean; readonly candidate?: string }
  | { readonly kind: "user"; readonly entry?: UserEntry; readonly groupExists: boolean }
  | { readonly kind: "directory"; readonly entry?: FileEntry }
  | {
      readonly kind: "file";
      readonly entry?: FileEntry;
      /** Content with every secret masked; the only form that may be shown. */
      readonly shown: string;
    }
  | {
      readonly kind: "unit";
      readonly state: UnitState;
      /** True when the program that the unit runs is not installed. */
      readonly lacksProgram?: true;
    };

/** Everything the plan looks at beside the wish. */
export interface ActualState {
  readonly resources: ReadonlyMap<string, Actual>;
  /** False in a container, a chroot or an image build. */
  readonly systemdRunning: boolean;
  readonly udevRunning: boolean;
  readonly attached: readonly AttachedModem[];
  /** Target of each expected link that exists, by path. */
  readonly links: ReadonlyMap<string, string>;
  /** Ids of resources of which it is recorded how they were before provision first touched them. */
  readonly originalsKept: ReadonlySet<string>;
  /** The manual stop flag, if there is one. */
  readonly stopFlag?: StopFlag;
  /** smsd processes that the service does not own. */
  readonly straySmsd: readonly number[];
}
