import type { Rung } from "../../core/model/inventory.ts";
import type { OngoingFinding } from "./finding.ts";

/*
 * What the agent remembers from pass to pass and over its own restarts. Plain JSON, written to disk after each pass in which it changed.
 * Monotonic times are only good within the boot they were taken in: `bootId` says which.
 */

export interface Memory {
  readonly format: "modemkeeper.memory/1";
  readonly bootId: string;
  readonly findings: Readonly<Record<string, OngoingFinding>>;
  readonly flag?: FlagMemory;
  readonly smsd: SmsdMemory;
  readonly modems: Readonly<Record<string, ModemMemory>>;
  readonly configuration: ConfigurationMemory;
}

export interface FlagMemory {
  /** Names this very flag: owner, time and content. */
  readonly identity: string;
  /** Monotonic time at which it was first seen. */
  readonly firstSeen: number;
}

export interface SmsdMemory {
  /** Monotonic time since which smsd is down; absent while it runs. */
  readonly downSince?: number;
  /** Monotonic time at which the processes that run now were first seen, by `pid startedAt` of the eldest. */
  readonly up?: { readonly identity: string; readonly since: number };
  /** Failed or short-lived starts in a row. */
  readonly failures: number;
  /** Monotonic time before which it is not started again. */
  readonly notBefore: number;
  /** Monotonic times of our starts and restarts in the last hour. */
  readonly starts: readonly number[];
  /** True while smsd is down because a recovery stopped it. */
  readonly stoppedForRecovery?: string;
}

export interface ConfigurationMemory {
  /** Digest that was last applied or refused, so that the same is not tried for ever. */
  readonly tried?: { readonly digest: string; readonly at: number; readonly ok: boolean };
}

export interface ModemMemory {
  /** Where it is now; absent while it is not on the bus. */
  readonly attached?: {
    readonly sysName: string;
    readonly deviceNumber: number;
    /** Monotonic time of its appearing. */
    readonly since: number;
    /** Monotonic time at which smsd was first seen to talk to it since then. */
    readonly talkingSince?: number;
    /** smsd was restarted for its sake since it appeared. */
    readonly restarted: boolean;
    /** Monotonic time of the last `trigger-udev` for missing links. */
    readonly triggeredAt?: number;
  };
  /** Monotonic time since which it is gone; absent if it was never seen or is there. */
  readonly goneSince?: number;
  /** It has worked at least once: what was never healthy is not recovered by force. */
  readonly everHealthy: boolean;
  /** Checks that failed in a row. */
  readonly failedChecks: number;
  readonly lastCheckAt?: number;
  readonly probe?: { readonly at: number; readonly answered: boolean; readonly detail: string };
  /** Last full probe. */
  readonly lastFullProbeAt?: number;
  readonly identity?: { readonly imei?: string; readonly imsi?: string };
  readonly sim?: string;
  readonly registration?: { readonly status: number; readonly since: number };
  readonly signal?: number;
  readonly operator?: string;
  readonly firmware?: string;
  readonly storage?: { readonly used: number; readonly total: number };
  readonly recovery?: RecoveryMemory;
  /** The rung that worked last; it is tried first next time. */
  readonly lastGoodRung?: Rung;
  /** Ladders climbed in vain in a row; sets the pause before the next. */
  readonly failedRecoveries: number;
  /** Monotonic time before which no ladder begins. */
  readonly notBefore: number;
  /** Monotonic times of rungs in the last hour. */
  readonly rungs: readonly number[];
  /** The message that was being sent at the last crash or hang. */
  readonly suspect?: { readonly file: string; readonly crashes: number };
  /** Digest of the PIN that was refused. */
  readonly refusedPin?: string;
}

/** A climb of the ladder. */
export interface RecoveryMemory {
  readonly cause: { readonly code: string; readonly sentence: string };
  readonly since: number;
  readonly phase: RecoveryPhase;
  /** Monotonic time at which the phase began. */
  readonly phaseSince: number;
  readonly ladder: readonly Rung[];
  /** Index into `ladder`. */
  readonly rung: number;
  /** Device number before the rung: another one after it proves a restart. */
  readonly deviceNumber?: number;
}

/** isolate: smsd lets go of the modem · act: the rung · settle: it boots and must answer · resume: smsd takes it back · confirm: smsd must talk to it */
export type RecoveryPhase = "isolate" | "act" | "settle" | "resume" | "confirm";

export function emptyMemory(bootId: string): Memory {
  return {
    format: "modemkeeper.memory/1",
    bootId,
    findings: {},
    smsd: { failures: 0, notBefore: 0, starts: [] },
    modems: {},
    configuration: {},
  };
}

export const NEW_MODEM: ModemMemory = {
  everHealthy: false,
  failedChecks: 0,
  failedRecoveries: 0,
  notBefore: 0,
  rungs: [],
};
