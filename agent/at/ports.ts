import type { Role } from "../../core/model/modem-model.ts";
import { linkPath, rolesOf } from "../../provision/desired/links.ts";
import { interfaceFor } from "../../provision/models/match.ts";
import type { Binding } from "../../provision/plan/bind-modems.ts";

/** One port of a modem as it is now. */
export interface ModemPort {
  readonly role: Role;
  /** Terminal name, e.g. `ttyUSB2`; absent where the device shows none for this role. */
  readonly tty?: string;
  /** The link by which smsd and scripts find it. */
  readonly link: string;
}

/** Every role of a modem that is on the bus, in the order of its model. */
export function portsOf({ modem, attached, composition }: Binding): readonly ModemPort[] {
  return [...rolesOf(modem, composition)].map(([role, selector]) => {
    const tty = interfaceFor(attached, selector)?.tty;
    return { role, ...(tty === undefined ? {} : { tty }), link: linkPath(modem.name, role) };
  });
}

/** The terminals on which a modem answers AT: smsd's, and the model's second where there is one. */
export function atPorts(binding: Binding): { readonly at?: string; readonly second?: string } {
  const ports = portsOf(binding);
  const ttyOf = (role: Role | undefined) => ports.find((port) => port.role === role)?.tty;
  const at = ttyOf("AT");
  const second = ttyOf(binding.modem.model.at.second);
  return { ...(at === undefined ? {} : { at }), ...(second === undefined || second === at ? {} : { second }) };
}
