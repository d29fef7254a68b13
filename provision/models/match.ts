import type { AttachedModem, UsbInterface } from "../../core/model/attached-modem.ts";
import type { Composition, ModemModel, Role, RoleSelector } from "../../core/model/modem-model.ts";
import { classMatches } from "./class-pattern.ts";
import { knownStateOf } from "./known-states.ts";

export { classMatches } from "./class-pattern.ts";
export { discriminators } from "./discriminators.ts";

/** A model, and the set of interfaces that the device shows now. */
export interface Candidate {
  readonly model: ModemModel;
  readonly composition: Composition;
}

/** What an attached device may be. Everything but `matched` has one sentence for a person. */
export type Match =
  /** Several candidates share id and interfaces; `AT+CGMM` tells them apart. */
  | { readonly kind: "matched"; readonly candidates: readonly Candidate[] }
  /** The id is in the catalogue, the interfaces are none that it lists. */
  | { readonly kind: "unknown-composition"; readonly models: readonly ModemModel[]; readonly reason: string }
  /** A known state in which the device is no modem: before the switch, in recovery, or by nature. */
  | { readonly kind: "not-a-modem"; readonly state: string; readonly reason: string }
  | { readonly kind: "unknown-id"; readonly reason: string };

/** Which models an attached device can be, by VID:PID and interface signature. */
export function matchModem(attached: AttachedModem, models: readonly ModemModel[]): Match {
  const state = knownStateOf(attached);
  if (state) return { kind: "not-a-modem", state: state.name, reason: state.reason };
  const candidates = models.flatMap((model) => {
    const composition = compositionOf(model, attached);
    return composition ? [{ model, composition }] : [];
  });
  if (candidates.length > 0) return { kind: "matched", candidates };
  const sameId = models.filter(({ compositions }) => compositions.some(({ usb }) => usb === attached.usb));
  if (sameId.length > 0) return unknownComposition(attached, sameId);
  return { kind: "unknown-id", reason: `${attached.usb} is in no row of the catalogue and in no \`models\` entry.` };
}

function unknownComposition(attached: AttachedModem, models: readonly ModemModel[]): Match {
  const names = models.map(({ name }) => name).join(" or ");
  const seen = attached.interfaces.map((one) => `${one.number}: ${one.class}`).join(", ");
  return {
    kind: "unknown-composition",
    models,
    reason: `${attached.usb} is a ${names}, but with interfaces that no row lists (${seen}); its ports may have moved.`,
  };
}

/** The model's composition that the device shows: the one of those that fit which says most about it. */
export function compositionOf(model: ModemModel, attached: AttachedModem): Composition | undefined {
  const fitting = model.compositions.filter((composition) => fits(composition, attached));
  return fitting.sort((a, b) => specificity(b) - specificity(a))[0];
}

function fits(composition: Composition, attached: AttachedModem): boolean {
  if (composition.usb !== attached.usb) return false;
  const listed = Object.entries(composition.interfaces).every(([number, pattern]) => {
    const found = attached.interfaces.find((one) => one.number === Number(number));
    return found !== undefined && classMatches(pattern, found.class);
  });
  const at = composition.roles.AT;
  return listed && at !== undefined && interfaceFor(attached, at) !== undefined;
}

function specificity(composition: Composition): number {
  return Object.values(composition.interfaces).reduce((sum, pattern) => sum + pattern.length, 0);
}

/** The interface that a selector means on this device; of several alike the lowest number. */
export function interfaceFor(attached: AttachedModem, selector: RoleSelector): UsbInterface | undefined {
  const sorted = [...attached.interfaces].sort((a, b) => a.number - b.number);
  return sorted.find((one) =>
    "interface" in selector ? one.number === selector.interface : classMatches(selector.class, one.class),
  );
}

/** Interface number of each role on this device. */
export function resolveRoles(
  roles: Readonly<Record<Role, RoleSelector>>,
  attached: AttachedModem,
): ReadonlyMap<Role, number> {
  const entries = Object.entries(roles).flatMap(([role, selector]) => {
    const found = interfaceFor(attached, selector);
    return found === undefined ? [] : [[role, found.number] as const];
  });
  return new Map(entries);
}
