import type { AttachedModem } from "../../core/model/attached-modem.ts";
import type { Modem } from "../../core/model/inventory.ts";
import { linkPath, rolesOf } from "../desired/links.ts";
import { interfaceFor, matchModem } from "../models/match.ts";
import { type Binding, bindModems } from "./bind-modems.ts";
import type { WantedLink } from "./compare-links.ts";

/** The links that modems on the bus must have now, and what is worth saying about the others. */
export function bindLinks(
  modems: readonly Modem[],
  attached: readonly AttachedModem[],
): { readonly links: readonly WantedLink[]; readonly notes: readonly string[] } {
  const { bound, unclaimed } = bindModems(modems, attached);
  const absent = modems.filter((modem) => !bound.some((binding) => binding.modem === modem));
  const notes = [
    ...absent.map(absentNote),
    ...unclaimed.flatMap((device) => unclaimedNotes(device, modems)),
    ...bound.flatMap(portNotes),
  ];
  return { links: bound.flatMap(linksOf), notes };
}

function absentNote(modem: Modem): string {
  const where = modem.match.port === undefined ? "" : ` at ${modem.match.port}`;
  return `no ${modem.model.name} is plugged in for ${modem.name}${where}; its links appear the moment one is`;
}

/** Of devices that are none of ours nothing is said; of a modem of ours in another shape, or of one too many, it is. */
function unclaimedNotes(device: AttachedModem, modems: readonly Modem[]): readonly string[] {
  const match = matchModem(
    device,
    modems.map((modem) => modem.model),
  );
  const where = `${device.usb} at ${device.port}`;
  if (match.kind === "matched") return [`${where} is on the bus, and no entry of the inventory is meant for it`];
  if (match.kind === "not-a-modem") return [`${where}: ${match.reason}`];
  if (match.kind === "unknown-id") return [];
  return [`${where}: ${match.reason} \`provision init --out -\` prints the YAML to describe it`];
}

/** The links that a modem on the bus must have: one for each of its roles that has a terminal. */
export function linksOf({ modem, attached, composition }: Binding): readonly WantedLink[] {
  return [...rolesOf(modem, composition)].flatMap(([role, selector]) => {
    const tty = interfaceFor(attached, selector)?.tty;
    return tty === undefined ? [] : [{ path: linkPath(modem.name, role), tty, device: attached.sysName }];
  });
}

/** A modem whose AT interface has no terminal cannot be used, whatever else is right. */
function portNotes({ modem, attached, composition }: Binding): readonly string[] {
  const selector = rolesOf(modem, composition).get("AT");
  const found = selector && interfaceFor(attached, selector);
  if (!found || found.tty !== undefined) return [];
  const driver = found.driver === undefined ? "no driver" : `driver ${found.driver}`;
  return [`${modem.name} is plugged in, but its AT interface ${found.number} has no terminal (${driver})`];
}
