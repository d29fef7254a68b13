import type { Inventory, Modem } from "../../../core/model/inventory.ts";
import type { Composition, RoleSelector } from "../../../core/model/modem-model.ts";
import { discriminators } from "../../models/discriminators.ts";
import { linkName, rolesOf } from "../links.ts";

interface DeviceRule {
  readonly vendor: string;
  readonly product: string;
  /** Empty where the modem is known by its id alone. */
  readonly port: string;
}

/** What selects the terminal of one role: a number, or a class pattern; the others are empty. */
interface PortSelector {
  readonly interface: string;
  readonly class: string;
  readonly subclass: string;
  readonly protocol: string;
}

interface PortRule extends PortSelector, DeviceRule {
  /** Ports of modems with the same id that are known by port. */
  readonly otherPorts: readonly string[];
  /** Tells compositions with the same id apart by the interfaces they show. */
  readonly signature: readonly { readonly op: string; readonly glob: string }[];
  readonly link: string;
}

interface CompositionRules {
  readonly modem: string;
  readonly title: string;
  readonly name: string;
  readonly usb: string;
  readonly roles: readonly PortRule[];
}

/** What templates/etc/udev/rules.d/78-modemkeeper.rules.hbs prints. */
export function udevContext({ modems }: Inventory) {
  return {
    byPort: modems.some(({ match }) => match.port !== undefined),
    modems: modems.map((modem) => ({ name: modem.name, title: modem.model.title, devices: deviceRules(modem) })),
    compositions: modems.flatMap((modem) => modemRules(modem, modems)),
  };
}

function modemRules(modem: Modem, modems: readonly Modem[]): readonly CompositionRules[] {
  const rules = modem.model.compositions.map((composition) => compositionRules(modem, composition, modems));
  return joinAlike(rules.filter(({ roles }) => roles.length > 0));
}

/** Compositions that differ in nothing a rule sees (an EC25 with QMI, ECM or MBIM) share one set of rules. */
function joinAlike(all: readonly CompositionRules[]): readonly CompositionRules[] {
  const joined = new Map<string, CompositionRules>();
  for (const rules of all) {
    const key = JSON.stringify(rules.roles);
    const before = joined.get(key);
    joined.set(key, before ? { ...before, name: `${before.name}, ${rules.name}` } : rules);
  }
  return [...joined.values()];
}

function deviceRules(modem: Modem): readonly DeviceRule[] {
  const ids = new Set(modem.model.compositions.map(({ usb }) => usb));
  return [...ids].map((usb) => ({ ...usbId(usb), port: portOf(modem) }));
}

function compositionRules(modem: Modem, composition: Composition, modems: readonly Modem[]): CompositionRules {
  const common = {
    ...usbId(composition.usb),
    port: portOf(modem),
    otherPorts: otherPorts(modem, composition.usb, modems),
    signature: discriminators(composition, siblings(modem, composition, modems)),
  };
  return {
    modem: modem.name,
    title: modem.model.title,
    name: composition.name,
    usb: composition.usb,
    roles: [...rolesOf(modem, composition)].flatMap(([role, selector]) =>
      portSelectors(selector).map((port) => ({ ...common, ...port, link: linkName(modem.name, role) })),
    ),
  };
}

/** Two alike must never both claim a link: one that is known by id alone leaves the other's port to it. */
function otherPorts(modem: Modem, usb: string, modems: readonly Modem[]): readonly string[] {
  if (modem.match.port !== undefined) return [];
  const rivals = modems.filter((other) => other !== modem && hasUsb(other, usb));
  return rivals.map(portOf).filter((port) => port !== "");
}

/**
 * Compositions with the same id that this one must not be taken for: modes of the modem whose roles
 * lie elsewhere, and other modems that no port tells apart.
 */
function siblings(modem: Modem, composition: Composition, modems: readonly Modem[]): readonly Composition[] {
  const roles = rolesKey(modem, composition);
  const ownModes = modem.model.compositions.filter((other) => rolesKey(modem, other) !== roles);
  const byIdAlone = modems.filter((other) => other.match.port === undefined && other.model.name !== modem.model.name);
  const rivals = modem.match.port === undefined ? byIdAlone.flatMap(({ model }) => model.compositions) : [];
  return [...ownModes, ...rivals].filter(({ usb }) => usb === composition.usb);
}

function rolesKey(modem: Modem, composition: Composition): string {
  return JSON.stringify([...rolesOf(modem, composition)].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One for each alternative of a class pattern: a rule cannot say "this pair or that pair". */
function portSelectors(selector: RoleSelector): readonly PortSelector[] {
  const none = { interface: "", class: "", subclass: "", protocol: "" };
  if ("interface" in selector) {
    return [{ ...none, interface: selector.interface.toString(16).padStart(2, "0") }];
  }
  return selector.class.split("|").map((alternative) => {
    const [cls = "", subclass = "", protocol = ""] = alternative.split("/");
    return { interface: "", class: cls, subclass, protocol };
  });
}

function hasUsb({ model }: Modem, usb: string): boolean {
  return model.compositions.some((composition) => composition.usb === usb);
}

function portOf({ match }: Modem): string {
  return match.port ?? "";
}

function usbId(usb: string): { readonly vendor: string; readonly product: string } {
  const [vendor = "", product = ""] = usb.split(":");
  return { vendor, product };
}
