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
  readonly host?: HostMemory;
}

/** What is remembered of the machine itself. */
export interface HostMemory {
  /** Wall clock minus monotonic clock, rewritten only when the wall clock was set: what it showed before tells the age of a file. */
  readonly clockOffset?: number;
  /** Who holds the access lock, by `pid process`, and the monotonic time at which that was first seen. */
  readonly lock?: { readonly identity: string; readonly since: number };
}

export interface FlagMemory {
  /** Names this very flag: owner, time and content. */
  readonly identity: string;
  /** Monotonic time at which it was first seen. */
  readonly firstSeen: number;
  /** Monotonic time of its writing; only where the agent was there when it appeared. */
  readonly writtenAt?: number;
  /** True once its time was plausible: a clock that is set back later does not make it a flag from the future. */
  readonly counts?: boolean;
}

export interface SmsdMemory {
  /** Monotonic time since which smsd is down; absent while it runs. */
  readonly downSince?: number;
  /** Monotonic time at which the processes that run now were first seen, by `pid startedAt` of the eldest. */
  readonly up?: {
    readonly identity: string;
    readonly since: number;
    /** Monotonic time at which the eldest began; stays the same when the wall clock is set, as `startedAt` does not. */
    readonly started?: number;
  };
  /** Monotonic time since which a process runs that no unit owns. */
  readonly straysSince?: number;
  /** Monotonic time since which processes of the unit are left over, its main process having ended. */
  readonly remnantsSince?: number;
  /** Failed or short-lived starts in a row. */
  readonly failures: number;
  /** Monotonic time before which it is not started again. */
  readonly notBefore: number;
  /** Monotonic times of our starts and restarts in the last hour. */
  readonly starts: readonly number[];
  /** True while smsd is down because a recovery stopped it. */
  readonly stoppedForRecovery?: string;
  /** The message that was last taken out of smsd's queue because smsd could not move it. */
  readonly setAside?: string;
  /** Steps that failed or had no effect, by kind: tried again at `until` (monotonic). */
  readonly pauses?: Readonly<Record<string, PauseMemory>>;
}

export interface PauseMemory {
  /** Failures in a row. */
  readonly count: number;
  readonly until: number;
  readonly detail: string;
}

export interface ConfigurationMemory {
  /** Digest that was last applied or refused, so that the same is not tried for ever. */
  readonly tried?: {
    readonly digest: string;
    readonly at: number;
    readonly ok: boolean;
    /** How often it was begun without an end being seen (the agent was killed meanwhile); absent once it ended. */
    readonly begun?: number;
  };
}

export interface ModemMemory {
  /** Where it is now; absent while it is not on the bus. */
  readonly attached?: {
    readonly sysName: string;
    readonly deviceNumber: number;
    /** Monotonic time at which we first saw it there. */
    readonly since: number;
    /** Monotonic time at which the kernel found it, which may be long before there was an agent; absent if it cannot tell. */
    readonly connectedAt?: number;
    /** Monotonic time at which smsd was first seen to talk to it since then. */
    readonly talkingSince?: number;
    /** smsd has started since it appeared: no restart is asked for because it does not talk. */
    readonly restarted: boolean;
    /** Monotonic time of the last `trigger-udev` for missing links. */
    readonly triggeredAt?: number;
    /** Monotonic time since which links are missing or wrong although their terminals exist. */
    readonly linksWrongSince?: number;
    /** Monotonic time at which we last wrote a link ourselves, by path. */
    readonly linksWritten?: Readonly<Record<string, number>>;
    /** Monotonic time since which its AT port is missing. */
    readonly portMissingSince?: number;
  };
  /** Monotonic time since which it is not on the bus; absent while it is. */
  readonly goneSince?: number;
  /** Monotonic times of its appearances in the last two minutes, those that a recovery brought about excepted. */
  readonly appearances?: readonly number[];
  /** Monotonic time since which smsd is expected to talk to it: it is there, not suspended, and smsd runs. */
  readonly expectedSince?: number;
  /** It has worked at least once: what was never healthy is not recovered by force. */
  readonly everHealthy: boolean;
  /** Checks that failed in a row. */
  readonly failedChecks: number;
  readonly lastCheckAt?: number;
  readonly probe?: { readonly at: number; readonly answered: boolean; readonly detail: string };
  /** Monotonic time at which a probe last began or ended, with or without a result. */
  readonly probedAt?: number;
  /** Last full probe. */
  readonly lastFullProbeAt?: number;
  readonly identity?: { readonly imei?: string; readonly imsi?: string };
  readonly sim?: string;
  readonly registration?: { readonly status: number; readonly since: number };
  readonly signal?: number;
  readonly operator?: string;
  readonly firmware?: string;
  readonly storage?: { readonly used: number; readonly total: number };
  /** Degrees Celsius. */
  readonly temperature?: number;
  /** What the last full probe did not find out: why, by field. */
  readonly gaps?: Readonly<Record<string, string>>;
  /** Wall times at which smsd last took a message from it, and gave one to it. */
  readonly lastReceivedAt?: number;
  readonly lastSentAt?: number;
  readonly recovery?: RecoveryMemory;
  readonly lastRecovery?: RecoveryEnd;
  /** Monotonic time at which the last recovery ended: what the log said before is of no more account. */
  readonly recoveredAt?: number;
  /** Monotonic time at which a rung was last carried out on it: it boots from then on. */
  readonly resetAt?: number;
  /** A recovery of a modem that never worked was in vain; there is no other until it is plugged in anew. */
  readonly triedInVain?: boolean;
  /** Wall time at which the machine was last rebooted for its sake: no monotonic time survives that. */
  readonly rebootedAt?: number;
  /** The rung that worked last; it is tried first next time. */
  readonly lastGoodRung?: Rung;
  /** Ladders climbed in vain in a row; sets the pause before the next. */
  readonly failedRecoveries: number;
  /** Monotonic time before which no ladder begins. */
  readonly notBefore: number;
  /** Monotonic times of rungs in the last hour. */
  readonly rungs: readonly number[];
  /** The message that was being sent at the last crash or hang. */
  readonly suspect?: {
    readonly file: string;
    readonly crashes: number;
    /** Monotonic time of the last one. */
    readonly at: number;
    /** Monotonic time at which it was last tried to take it out. */
    readonly triedAt?: number;
  };
  /** The message that was last set aside, and when (wall time). */
  readonly setAside?: { readonly file: string; readonly at: number };
  /** Digest of the PIN that was refused; empty where none is configured. */
  readonly refusedPin?: string;
  /** Digest of the PIN in smsd.conf: the configured one when the host was last as the inventory says. */
  readonly pinInForce?: string;
  /** Time of the log's line that said so: the same line does not refuse the next PIN. */
  readonly refusedAt?: number;
}

/** A climb of the ladder. */
export interface RecoveryMemory {
  readonly cause: { readonly code: string; readonly sentence: string };
  /** The cause is a missing port, which no SIM brings about. */
  readonly port?: boolean;
  readonly since: number;
  readonly phase: RecoveryPhase;
  /** Monotonic time at which the phase began. */
  readonly phaseSince: number;
  readonly ladder: readonly Rung[];
  /** Index into `ladder`. */
  readonly rung: number;
  /** Device number before the rung: another one after it proves a restart. */
  readonly deviceNumber?: number;
  /** How smsd is kept away from the modem: it is stopped, or it lets go of this modem only. */
  readonly isolation: "hold" | "suspend";
  /** Monotonic time at which the modem was first seen to be free of smsd in this phase. */
  readonly isolatedAt?: number;
  /** The step of this phase (the rung; taking a message out) has begun, at this monotonic time. */
  readonly issuedAt?: number;
  /** Monotonic time at which smsd was given the modem back. */
  readonly resumedAt?: number;
  /** Whether the modem answered on its free AT port before the first rung: then not the modem hangs, but smsd. */
  readonly answered?: boolean;
}

/** How a recovery ended, for people: what is decided goes by the monotonic times. */
export interface RecoveryEnd {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly ok: boolean;
  /** The rung that helped, or the last one tried; absent where it ended before any. */
  readonly rung?: Rung;
  readonly cause: string;
  /** What showed that it works again, or why it ended. */
  readonly how: string;
  /** Milliseconds. */
  readonly took: number;
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
