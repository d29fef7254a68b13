import type { SmsdSection } from "../../core/model/inventory.ts";

const NUMBER = "Check the number: the network does not know it, or it takes no messages.";
const BARRED = "Ask the operator whether this SIM may send messages, and to this number.";
const LATER = "Try again later; `modemkeeper status -v` shows whether the modem is registered, and its signal.";
const CREDIT = "The service centre refused it: often the SIM has no credit left, or its number is none for messages.";
const SIM = "See to the SIM: `modemkeeper status -v` shows what the modem says of it.";
const CENTRE = "Set `smsc` in the modem's settings in the inventory to the number of the operator's service centre.";

/** What helps against an error of the network (3GPP TS 24.011, table E-2) or of the modem (27.005, 3.2.5). */
const BY_CODE: ReadonlyMap<number, string> = new Map([
  ...[1, 27, 28, 30].map((code) => [code, NUMBER] as const),
  ...[8, 10, 29, 50, 69].map((code) => [code, BARRED] as const),
  ...[17, 38, 41, 42, 47, 331, 332].map((code) => [code, LATER] as const),
  ...[310, 311, 312, 313, 314, 315, 316, 317, 318].map((code) => [code, SIM] as const),
  [21, CREDIT],
  [330, CENTRE],
]);

/** What a person can do about a message that failed. `reason` as smsd notes it. */
export function adviceFor(reason: string, { logfile }: Pick<SmsdSection, "logfile">): string {
  const code = /\+CMS ERROR: (\d{1,3})\b/.exec(reason)?.[1];
  const known = code === undefined ? undefined : BY_CODE.get(Number(code));
  return known ?? `See what smsd says of it in ${logfile}.`;
}
