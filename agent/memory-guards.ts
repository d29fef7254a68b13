import type { Rung } from "../core/model/inventory.ts";
import { type Guard, listOf, number, oneOf, recordOf, shape, text, yesNo } from "./memory-shape.ts";
import type { OngoingFinding } from "./model/finding.ts";
import type {
  ConfigurationMemory,
  FlagMemory,
  HostMemory,
  ModemMemory,
  PauseMemory,
  RecoveryEnd,
  RecoveryMemory,
  RecoveryPhase,
  SmsdMemory,
} from "./model/memory.ts";

/** What each part of the agent's memory must be like for decisions to rest on it. */

type Field<T, K extends keyof T> = NonNullable<T[K]>;

const PHASES: readonly RecoveryPhase[] = ["isolate", "act", "settle", "resume", "confirm"];
const RUNGS: readonly Rung[] = ["restart-smsd", "at-reset", "usb-reset", "usb-authorize", "usb-power", "host-reboot"];
const rung = oneOf(...RUNGS);

export const isFinding: Guard = shape<OngoingFinding>({
  must: {
    code: text,
    subject: (value) => value === "smsd" || value === "host" || (text(value) && String(value).startsWith("modem:")),
    level: oneOf("info", "warning", "critical"),
    sentence: text,
    evidence: listOf(text),
    notify: yesNo,
    since: number,
  },
  may: { fix: text },
});

export const isFlag: Guard = shape<FlagMemory>({
  must: { identity: text, firstSeen: number },
  may: { writtenAt: number, counts: yesNo },
});

export const isSmsd: Guard = shape<SmsdMemory>({
  must: { failures: number, notBefore: number, starts: listOf(number) },
  may: {
    downSince: number,
    up: shape<Field<SmsdMemory, "up">>({ must: { identity: text, since: number }, may: { started: number } }),
    straysSince: number,
    remnantsSince: number,
    stoppedForRecovery: text,
    setAside: text,
    pauses: recordOf(shape<PauseMemory>({ must: { count: number, until: number, detail: text }, may: {} })),
  },
});

export const isConfiguration: Guard = shape<ConfigurationMemory>({
  must: {},
  may: {
    tried: shape<Field<ConfigurationMemory, "tried">>({
      must: { digest: text, at: number, ok: yesNo },
      may: { begun: number },
    }),
  },
});

export const isHost: Guard = shape<HostMemory>({
  must: {},
  may: {
    clockOffset: number,
    lock: shape<Field<HostMemory, "lock">>({ must: { identity: text, since: number }, may: {} }),
  },
});

const isAttached: Guard = shape<Field<ModemMemory, "attached">>({
  must: { sysName: text, deviceNumber: number, since: number, restarted: yesNo },
  may: {
    connectedAt: number,
    talkingSince: number,
    triggeredAt: number,
    linksWrongSince: number,
    linksWritten: recordOf(number),
    portMissingSince: number,
  },
});

const isRecovery: Guard = shape<RecoveryMemory>({
  must: {
    cause: shape<RecoveryMemory["cause"]>({ must: { code: text, sentence: text }, may: {} }),
    since: number,
    phase: oneOf(...PHASES),
    phaseSince: number,
    ladder: listOf(rung),
    rung: number,
    isolation: oneOf("hold", "suspend"),
  },
  may: {
    port: yesNo,
    deviceNumber: number,
    isolatedAt: number,
    issuedAt: number,
    answered: yesNo,
    resumedAt: number,
  },
});

export const isModem: Guard = shape<ModemMemory>({
  must: {
    everHealthy: yesNo,
    failedChecks: number,
    failedRecoveries: number,
    notBefore: number,
    rungs: listOf(number),
  },
  may: {
    attached: isAttached,
    goneSince: number,
    appearances: listOf(number),
    expectedSince: number,
    lastCheckAt: number,
    probedAt: number,
    probe: shape<Field<ModemMemory, "probe">>({ must: { at: number, answered: yesNo, detail: text }, may: {} }),
    lastFullProbeAt: number,
    identity: shape<Field<ModemMemory, "identity">>({ must: {}, may: { imei: text, imsi: text } }),
    sim: text,
    registration: shape<Field<ModemMemory, "registration">>({ must: { status: number, since: number }, may: {} }),
    signal: number,
    operator: text,
    firmware: text,
    storage: shape<Field<ModemMemory, "storage">>({ must: { used: number, total: number }, may: {} }),
    temperature: number,
    gaps: recordOf(text),
    lastReceivedAt: number,
    lastSentAt: number,
    lastRecovery: shape<RecoveryEnd>({
      must: { at: number, ok: yesNo, cause: text, how: text, took: number },
      may: { rung },
    }),
    recovery: isRecovery,
    recoveredAt: number,
    resetAt: number,
    triedInVain: yesNo,
    rebootedAt: number,
    lastGoodRung: rung,
    suspect: shape<Field<ModemMemory, "suspect">>({
      must: { file: text, crashes: number, at: number },
      may: { triedAt: number },
    }),
    setAside: shape<Field<ModemMemory, "setAside">>({ must: { file: text, at: number }, may: {} }),
    refusedPin: text,
    pinInForce: text,
    refusedAt: number,
  },
});
