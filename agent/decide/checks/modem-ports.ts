import type { ModemCheck } from "./modem-verdict.ts";

/** Terminals of one device appear within a second of each other; an AT port that comes later than this does not come. */
const SIBLINGS_MS = 5_000;
/** Somebody's script that takes the authorization away to reset the modem gives it back within this. */
const UNAUTHORIZED_MS = 30_000;

/** The AT port is missing although the modem is there and has had its time to boot. */
export const checkPorts: ModemCheck = ({ facts, memory }) => {
  const { bound, now, modem } = facts;
  const missingSince = memory.attached?.portMissingSince;
  if (!bound || missingSince === undefined || now - missingSince < SIBLINGS_MS) return undefined;
  const failure = { atOnce: true, port: true };
  if (bound.unauthorized) {
    if (now - missingSince < UNAUTHORIZED_MS) return undefined;
    return {
      finding: {
        code: "not-authorized",
        level: "critical",
        sentence: `The kernel is told not to use ${modem.name}: a reset was cut off, or somebody switched it off.`,
        evidence: [`authorized is 0 for ${bound.attached.sysName}`],
        fix: `\`echo 1 > /sys/bus/usb/devices/${bound.attached.sysName}/authorized\``,
        notify: false,
      },
      failure,
    };
  }
  if (bound.ttys.length === 0) {
    return {
      finding: {
        code: "ports-missing",
        level: "critical",
        sentence: `${modem.name} is on the bus, but has no terminal at all.`,
        evidence: bound.attached.interfaces.map((one) => `interface ${one.number}: ${one.driver ?? "no driver"}`),
        fix: "`modprobe option`; if it stays so, look at `dmesg` for the modem's port.",
        notify: false,
      },
      failure,
    };
  }
  return {
    finding: {
      code: "at-port-missing",
      level: "critical",
      sentence: `The AT port of ${modem.name} is missing although its other ports are there.`,
      evidence: [`terminals: ${bound.ttys.join(", ")}`],
      notify: false,
    },
    failure,
  };
};
