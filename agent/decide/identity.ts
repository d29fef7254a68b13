import type { ProbeResult } from "../model/step.ts";
import { remember, report, type Turn, tell } from "./modem-turn.ts";

/** Remembers who the modem and its SIM are, and tells of another one in the old one's place. */
export function exchanged(turn: Turn, { imei, imsi }: ProbeResult): Turn {
  if (imei === undefined && imsi === undefined) return turn;
  const known = turn.memory.identity ?? {};
  const { name } = turn.facts.modem;
  const modemTold =
    imei === undefined || known.imei === undefined || imei === known.imei
      ? turn
      : tell(
          turn,
          "warning",
          {
            code: "modem-exchanged",
            sentence: `${name} is another modem than before: its IMEI ends in ${lastFour(imei)}, was ${lastFour(known.imei)}.`,
          },
          true,
        );
  const simTold =
    imsi === undefined || known.imsi === undefined || imsi === known.imsi
      ? modemTold
      : tell(
          modemTold,
          "warning",
          {
            code: "sim-exchanged",
            sentence: `The SIM in ${name} is another one than before: its IMSI ends in ${lastFour(imsi)}, was ${lastFour(known.imsi)}.`,
          },
          true,
        );
  const same = (imei ?? known.imei) === known.imei && (imsi ?? known.imsi) === known.imsi;
  if (same) return simTold;
  return remember(simTold, {
    identity: { ...known, ...(imei === undefined ? {} : { imei }), ...(imsi === undefined ? {} : { imsi }) },
  });
}

/** The inventory names the modem's IMEI, and another one answers. */
export function identity(turn: Turn): Turn {
  const { modem, bound } = turn.facts;
  const found = turn.memory.identity?.imei;
  const wanted = modem.match.imei;
  if (!bound || found === undefined || wanted === undefined || wanted === found) return turn;
  return report(turn, {
    code: "wrong-modem",
    level: "warning",
    sentence: `The modem at the place of ${modem.name} is not the one that the inventory names.`,
    evidence: [`its IMEI ends in ${lastFour(found)}, the inventory's in ${lastFour(wanted)}`],
    fix: "Plug in the right one, or correct match.imei in the inventory.",
    notify: true,
  });
}

function lastFour(identity: string): string {
  return identity.slice(-4);
}
