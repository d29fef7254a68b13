import { flagTruth, isLetGo, resetsOf } from "./truth.ts";
import type { Invariant, Pass } from "./types.ts";

const HOUR_MS = 3_600_000;
/** Rungs that one modem may be given within an hour. */
export const RUNGS_AN_HOUR = 10;

export const MODEM_INVARIANTS: readonly Invariant[] = [
  {
    name: "no-reset-of-absent",
    sentence: "What is not on the bus is not reset.",
    watch: () => resetOfAbsent,
  },
  {
    name: "no-reset-in-boot-grace",
    sentence: "No modem is reset within its boot time after it appeared or was reset.",
    watch: () => resetTooEarly,
  },
  {
    name: "no-reset-under-smsd",
    sentence: "A modem is reset only when smsd has let go of it, or has been asked long enough to.",
    watch: () => resetUnderSmsd,
  },
  {
    name: "no-reset-under-flag",
    sentence: "A manual stop wins over everything: while it is in force and smsd is down, no modem is reset.",
    watch: () => (pass) => {
      const [found] = resetsOf(pass);
      const stopped = flagTruth(pass.world) === "in-force" && !pass.world.smsd.run;
      return found && stopped ? `${found[0]} of ${found[1].entry.name} under a flag in force` : undefined;
    },
  },
  {
    name: "recovery-budget",
    sentence: `No modem is given more than ${RUNGS_AN_HOUR} rungs within an hour.`,
    watch: watchBudget,
  },
];

/** A port whose power the agent has cut, without having seen the end of it, is given it back. */
function resetOfAbsent(pass: Pass): string | undefined {
  const found = resetsOf(pass).find(([kind, { device, entry }]) => {
    const cutBefore = kind === "usb-power" && pass.before.modems[entry.name]?.recovery?.issuedAt !== undefined;
    return !device && !cutBefore;
  });
  return found && `${found[0]} of ${found[1].entry.name}, which is not on the bus`;
}

function resetTooEarly(pass: Pass): string | undefined {
  const { world } = pass;
  for (const [kind, modem] of resetsOf(pass)) {
    if (!modem.device) continue;
    const boot = modem.entry.model.bootSeconds * 1000;
    const since = Math.max(modem.device.appearedAt, modem.lastResetAt);
    // The kernel found it a moment before the machine counted as booted.
    if (world.now - since < boot)
      return `${kind} of ${modem.entry.name} ${(world.now - since) / 1000} s after it appeared or was reset`;
  }
  return undefined;
}

function resetUnderSmsd(pass: Pass): string | undefined {
  const found = resetsOf(pass).find(([kind, { entry }]) => kind !== "host-reboot" && !isLetGo(pass, entry.name));
  return found && `${found[0]} of ${found[1].entry.name} while smsd works with it`;
}

function watchBudget() {
  const given = new Map<string, number[]>();
  return (pass: Pass): string | undefined => {
    for (const [, { entry }] of resetsOf(pass)) {
      const times = (given.get(entry.name) ?? []).filter((at) => at > pass.world.now - HOUR_MS);
      times.push(pass.world.now);
      given.set(entry.name, times);
      if (times.length > RUNGS_AN_HOUR) return `${times.length} rungs for ${entry.name} within an hour`;
    }
    return undefined;
  };
}
