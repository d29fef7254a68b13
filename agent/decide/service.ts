import type { Finding } from "../model/finding.ts";
import type { HostMemory, SmsdMemory } from "../model/memory.ts";
import type { IssuedStep } from "../model/step.ts";
import { checkIncomingDelivery, checkNoticeDelivery } from "./checks/delivery.ts";
import { checkAccessLock, type LockVerdict } from "./checks/host-access-lock.ts";
import { checkPortContention } from "./checks/host-port-contention.ts";
import { checkRivals } from "./checks/host-rivals.ts";
import { checkTextfile } from "./checks/host-textfile.ts";
import { checkHttpServed } from "./checks/http-served.ts";
import { checkOutgoingFailures, failedTransitions } from "./checks/outgoing-failures.ts";
import { checkSuspended } from "./checks/smsd-suspended.ts";
import { checkIncoming } from "./checks/spool-incoming.ts";
import { checkOutgoing } from "./checks/spool-outgoing.ts";
import { decideConfiguration } from "./configuration.ts";
import { SECOND } from "./durations.ts";
import { flagChanges, flagFindings } from "./flag-findings.ts";
import { isStart, LONG_LIFE } from "./smsd-failures.ts";
import { smsdFindings } from "./smsd-findings.ts";
import { graceLeft, type Situation, situationOf } from "./smsd-situation.ts";
import { RIVAL_GRACE, remnantsEndAt, restartAt, STRAY_GRACE, smsdStep } from "./smsd-step.ts";
import { serviceTransitions } from "./smsd-transitions.ts";
import type { DecisionInput, ServiceDecision, SmsdDemands } from "./types.ts";

/** However quiet it is, the host is looked at again after this. */
const RESYNC = 30 * SECOND;
/** The wall clock is corrected by fractions of a second all the time; more than this means that it was set. */
const CLOCK_SET = 2 * SECOND;

/** What the rules about smsd, the flag, the disk, the configuration and the machine conclude. `demands`: what modems need of smsd. */
export function decideService(input: DecisionInput, demands: SmsdDemands): ServiceDecision {
  const situation = situationOf(input, demands);
  const wanted = smsdStep(situation);
  // An edited inventory is applied before smsd begins with what was in force before the edit: a PIN that was corrected since.
  const configuration = decideConfiguration(situation, wanted === undefined || isStart(wanted));
  const step = configuration.step ? undefined : wanted;
  const lock = lockOf(input);
  return {
    steps: [...(step ? [step] : []), ...(configuration.step ? [configuration.step] : [])],
    findings: [
      ...flagFindings(situation.flag, input.inventory.manualStop),
      ...smsdFindings(situation),
      ...situation.guards.findings,
      ...configuration.findings,
      ...hostFindings(input, demands, lock),
    ],
    transitions: [
      ...serviceTransitions(situation),
      ...(input.seen.outgoing ? failedTransitions(input.seen.outgoing, input.inventory) : []),
    ],
    smsd: remembered(situation, step),
    ...("memory" in situation.flag && situation.flag.memory ? { flag: situation.flag.memory } : {}),
    configuration: configuration.memory,
    host: hostMemory(input, lock),
    wakeAt: wakeAt(situation, lock),
  };
}

function lockOf({ seen, inventory, memory, now }: DecisionInput): LockVerdict {
  return checkAccessLock(seen.lockHolder, inventory.accessLock, memory.host?.lock, now.monotonic);
}

function hostFindings(input: DecisionInput, { pinRefused }: SmsdDemands, lock: LockVerdict): readonly Finding[] {
  const { seen, inventory, now } = input;
  const { spool } = inventory.smsd;
  const { incoming, notices, outgoing, http } = seen;
  const single = [
    checkSuspended(input, pinRefused),
    checkRivals(seen.rivals),
    lock.finding,
    checkIncoming(seen.spool.incoming, inventory),
    checkTextfile(seen.textfileTrouble),
    checkOutgoing(seen, spool),
    ...(http ? [checkHttpServed(http)] : []),
  ];
  return [
    ...single.flatMap((finding) => finding ?? []),
    ...(incoming ? checkIncomingDelivery(incoming, inventory.incoming, now.monotonic) : []),
    ...(notices ? checkNoticeDelivery(notices, now.monotonic) : []),
    ...(outgoing ? checkOutgoingFailures(outgoing, inventory, now.wall) : []),
    ...checkPortContention(inventory.modems, seen),
  ];
}

/** A step leaves its trace before it begins: an agent that is killed meanwhile still knows of it. */
function remembered({ smsd, demands, input }: Situation, issued: IssuedStep | undefined): SmsdMemory {
  switch (issued?.step.do) {
    case "start-smsd":
    case "restart-smsd":
    case "adopt-smsd":
      return { ...smsd, starts: [...smsd.starts, input.now.monotonic] };
    case "stop-smsd":
      return demands.hold ? { ...smsd, stoppedForRecovery: demands.hold.modem } : smsd;
    default:
      return smsd;
  }
}

function hostMemory({ memory, now }: DecisionInput, lock: LockVerdict): HostMemory {
  const offset = now.wall - now.monotonic;
  const known = memory.host?.clockOffset;
  const clockOffset = known !== undefined && Math.abs(offset - known) <= CLOCK_SET ? known : offset;
  return { clockOffset, ...(lock.memory ? { lock: lock.memory } : {}) };
}

/** The next monotonic time at which a rule may see things differently though nothing happens. */
function wakeAt(situation: Situation, lock: LockVerdict): number {
  const { flag, smsd, presence, input } = situation;
  const now = input.now.monotonic;
  const strays = presence.straysSince ?? Number.POSITIVE_INFINITY;
  const times = [
    ...flagChanges(flag, input.inventory.manualStop, now),
    smsd.notBefore,
    restartAt(smsd),
    now + graceLeft(situation),
    strays + RIVAL_GRACE,
    strays + STRAY_GRACE,
    remnantsEndAt(situation) ?? now + RESYNC,
    ...(presence.up ? [presence.up.since + LONG_LIFE] : []),
    ...Object.values(smsd.pauses ?? {}).map(({ until }) => until),
    ...(lock.changesAt === undefined ? [] : [lock.changesAt]),
    now + RESYNC,
  ];
  return Math.min(...times.filter((time) => time > now));
}
