import type { Modem } from "../../../core/model/inventory.ts";
import type { Turn } from "../modem-turn.ts";
import { isRadioKnown, type ModemCheck } from "./modem-verdict.ts";

const FULL_SOON = 0.8;

/** State of the SIM as AT+CPIN? tells. No restart of the modem helps. */
export const checkSim: ModemCheck = (turn) => {
  const { facts } = turn;
  const { sim } = turn.memory;
  if (!isRadioKnown(turn) || sim === undefined || !isSimBad(sim, facts.modem)) return undefined;
  return { finding: { ...simFinding(sim, facts.modem.name), evidence: [`AT+CPIN?: ${sim}`], notify: true } };
};

/** The SIM cannot be used as it is. One that wants the PIN that is configured gets it from smsd. */
function isSimBad(sim: string, { pin }: Modem): boolean {
  return sim !== "READY" && !(sim === "SIM PIN" && pin !== undefined);
}

/** True while the SIM is why nothing works: it cannot be used, and the modem itself answers. */
export function isForSim(turn: Turn): boolean {
  const { facts } = turn;
  const { sim, probe } = turn.memory;
  if (!isRadioKnown(turn) || sim === undefined || !isSimBad(sim, facts.modem)) return false;
  return probe?.answered === true;
}

function simFinding(sim: string, name: string) {
  const level = "critical" as const;
  if (/PUK/.test(sim)) {
    return {
      code: "sim-puk",
      level,
      sentence: `The SIM in ${name} is locked: it wants its PUK.`,
      fix: "Unlock the SIM in a telephone with the PUK that its operator gave you.",
    };
  }
  if (/PIN/.test(sim)) {
    return {
      code: "sim-pin",
      level,
      sentence: `The SIM in ${name} wants its PIN.`,
      fix: "Put the PIN under /etc/modemkeeper/secrets, name it at sim.pin in the inventory, and run `provision apply`.",
    };
  }
  return {
    code: "sim-missing",
    level,
    sentence: `${name} has no SIM that it can use.`,
    fix: "Look whether the SIM sits well in its holder; try it in a telephone.",
  };
}

/** A full memory makes the network keep new messages, and some modems no longer announce any. */
export const checkStorage: ModemCheck = (turn) => {
  const { facts } = turn;
  const { storage } = turn.memory;
  if (!isRadioKnown(turn) || !storage || storage.total <= 0 || storage.used < FULL_SOON * storage.total)
    return undefined;
  return {
    finding: {
      code: "sim-storage-full-soon",
      level: "warning",
      sentence: `The message memory of ${facts.modem.name} is nearly full; when it is full, no message arrives.`,
      evidence: [`${storage.used} of ${storage.total} places are used`],
      fix: "smsd empties it while it reads: see whether it does. What another memory holds, it does not see (primary_memory).",
      notify: true,
    },
  };
};
