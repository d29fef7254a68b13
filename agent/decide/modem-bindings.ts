import type { AttachedModem } from "../../core/model/attached-modem.ts";
import type { Inventory, Modem } from "../../core/model/inventory.ts";
import type { Composition, Role } from "../../core/model/modem-model.ts";
import { rolesOf } from "../../provision/desired/links.ts";
import { classMatches, interfaceFor } from "../../provision/models/match.ts";
import { linksOf } from "../../provision/plan/bind-links.ts";
import { bindModems } from "../../provision/plan/bind-modems.ts";
import type { WantedLink } from "../../provision/plan/compare-links.ts";
import type { Memory } from "../model/memory.ts";
import type { Observation } from "../model/observation.ts";

/** A modem of the inventory that is on the bus. */
export interface BoundModem {
  readonly attached: AttachedModem;
  readonly composition: Composition;
  readonly deviceNumber: number;
  /** Monotonic time at which the kernel found it, where it can tell. */
  readonly connectedAt?: number;
  /** The kernel is told not to use the device (`authorized` is 0), so that it shows no interface. */
  readonly unauthorized: boolean;
  /** Terminal of the AT port, e.g. `ttyUSB2`. */
  readonly at?: string;
  /** Terminal of the model's second AT port. */
  readonly second?: string;
  readonly ttys: readonly string[];
  /** Links whose terminals exist. */
  readonly links: readonly WantedLink[];
  readonly wrongLinks: readonly WantedLink[];
}

/** What is on the bus for each modem of the inventory, by name, and the devices that are for none. */
export interface ModemBindings {
  readonly bound: ReadonlyMap<string, BoundModem>;
  readonly unclaimed: readonly AttachedModem[];
}

export function bindAll(inventory: Inventory, seen: Observation, memory: Memory): ModemBindings {
  const { bound, unclaimed } = bindModems(inventory.modems, seen.attached);
  const links = bound.flatMap(linksOf);
  const all = new Map(
    bound.map(({ modem, attached, composition }) => [
      modem.name,
      boundModem(modem, attached, composition, { seen, links }),
    ]),
  );
  const left = new Set(unclaimed);
  for (const modem of inventory.modems.filter(({ name }) => !all.has(name))) {
    const crippled = crippledDevice(modem, [...left], seen, memory);
    if (!crippled) continue;
    left.delete(crippled.attached);
    all.set(modem.name, boundModem(modem, crippled.attached, crippled.composition, { seen, links: [] }));
  }
  return { bound: all, unclaimed: [...left] };
}

function boundModem(
  modem: Modem,
  attached: AttachedModem,
  composition: Composition,
  { seen, links }: { readonly seen: Observation; readonly links: readonly WantedLink[] },
): BoundModem {
  const own = links.filter((link) => link.device === attached.sysName);
  const tty = (role: Role) => {
    const selector = rolesOf(modem, composition).get(role);
    return selector && interfaceFor(attached, selector)?.tty;
  };
  const at = tty("AT");
  const second = modem.model.at.second === undefined ? undefined : tty(modem.model.at.second);
  const { deviceNumber = 0, connectedAt } = seen.usbStates[attached.sysName] ?? {};
  return {
    attached,
    composition,
    deviceNumber,
    ...(connectedAt === undefined ? {} : { connectedAt }),
    unauthorized: isUnauthorized(attached, seen),
    ...(at === undefined ? {} : { at }),
    ...(second === undefined || second === at ? {} : { second }),
    ttys: attached.interfaces.flatMap((one) => one.tty ?? []),
    links: own,
    wrongLinks: own.filter((link) => seen.links[link.path] !== link.tty),
  };
}

/**
 * A device of the modem's model whose AT interface alone is missing, or that is not authorized: faults that a rung may
 * mend. `bindModems` does not claim it, since without an AT port there is nothing to configure.
 */
function crippledDevice(
  modem: Modem,
  devices: readonly AttachedModem[],
  seen: Observation,
  memory: Memory,
): { readonly attached: AttachedModem; readonly composition: Composition } | undefined {
  const known = memory.modems[modem.name]?.attached?.sysName;
  const sorted = [...devices].sort((a, b) => Number(b.sysName === known) - Number(a.sysName === known));
  for (const attached of sorted) {
    if (modem.match.port !== undefined && modem.match.port !== attached.port) continue;
    const composition = modem.model.compositions.find(
      (one) => lacksOnlyAt(one, attached) || (one.usb === attached.usb && isUnauthorized(attached, seen)),
    );
    if (composition) return { attached, composition };
  }
  return undefined;
}

function isUnauthorized({ sysName, interfaces }: AttachedModem, { usbStates }: Observation): boolean {
  return interfaces.length === 0 && usbStates[sysName]?.authorized === false;
}

function lacksOnlyAt(composition: Composition, attached: AttachedModem): boolean {
  const at = composition.roles.AT;
  if (composition.usb !== attached.usb || at === undefined || interfaceFor(attached, at)) return false;
  const others = Object.entries(composition.interfaces).filter(
    ([number]) => !("interface" in at) || Number(number) !== at.interface,
  );
  const present = others.filter(([number, pattern]) => {
    const found = attached.interfaces.find((one) => one.number === Number(number));
    return found !== undefined && classMatches(pattern, found.class);
  });
  return "interface" in at ? present.length === others.length : present.length > 0;
}
