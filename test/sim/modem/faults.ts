/** What a host can do to bring a modem back, weakest first. */
export const HEALING = ["at-reset", "usb-reset", "usb-authorize", "power", "replug"] as const;
export type Healing = (typeof HEALING)[number];

/** Everything but an AT command: a hung module does not listen to those. */
const BY_DEFAULT: readonly Healing[] = ["usb-reset", "usb-authorize", "power", "replug"];

/**
 * How a hung port behaves. `silent`: takes bytes, says nothing. `pending`: takes no bytes, so writers block.
 * `dead`: the whole device answers nothing on the bus, control transfers included.
 */
export type HangManner = "silent" | "pending" | "dead";

export type Fault =
  | {
      readonly kind: "hang";
      readonly how?: HangManner;
      /** Interface numbers; all when absent. */
      readonly interfaces?: readonly number[];
      readonly healedBy?: readonly Healing[];
    }
  /** The interface is gone after a re-enumeration while its siblings stay. */
  | { readonly kind: "interface-missing"; readonly interface?: number; readonly healedBy?: readonly Healing[] }
  /** URBs of one direction complete with this (negative) errno, `count` times or for ever. */
  | {
      readonly kind: "urb-error";
      readonly direction: "in" | "out";
      readonly status: number;
      readonly count?: number;
      readonly interfaces?: readonly number[];
    }
  | { readonly kind: "sim-out" }
  /** +CREG status: 0 not searching, 2 searching (the default), 3 denied, 6 registered for SMS only (usual on LTE). */
  | { readonly kind: "not-registered"; readonly registration?: number }
  /** The selected memory is filled up with messages. */
  | { readonly kind: "storage-full" }
  /** Boots take this long from now on. */
  | { readonly kind: "slow-boot"; readonly milliseconds: number }
  /** +CMS ERROR on sending, `count` times or for ever. */
  | { readonly kind: "cms-error"; readonly code: number; readonly count?: number }
  /** Sending a text that contains this hangs the modem. */
  | { readonly kind: "poison-text"; readonly text: string; readonly healedBy?: readonly Healing[] };

export type FaultKind = Fault["kind"];

const KINDS: Readonly<Record<FaultKind, true>> = {
  hang: true,
  "interface-missing": true,
  "urb-error": true,
  "sim-out": true,
  "not-registered": true,
  "storage-full": true,
  "slow-boot": true,
  "cms-error": true,
  "poison-text": true,
};

/** A fault may come as JSON from a command line. @throws Error naming what is unknown */
export function checkFault(fault: Fault): void {
  if (!Object.hasOwn(KINDS, fault.kind)) {
    throw new Error(`no fault "${fault.kind}"; known: ${Object.keys(KINDS).join(", ")}`);
  }
  const healing: readonly string[] = ("healedBy" in fault && fault.healedBy) || [];
  const wrong = healing.find((action) => !HEALING.some((known) => known === action));
  if (wrong !== undefined) throw new Error(`nothing is healed by "${wrong}"; known: ${HEALING.join(", ")}`);
}

type Of<K extends FaultKind> = Extract<Fault, { kind: K }>;

/** The faults a modem has now; at most one of each kind. */
export class Faults {
  readonly #active = new Map<FaultKind, Fault>();
  readonly #left = new Map<FaultKind, number>();

  get list(): readonly Fault[] {
    return [...this.#active.values()];
  }

  add(fault: Fault): void {
    this.#active.set(fault.kind, fault);
    if ("count" in fault && fault.count !== undefined) this.#left.set(fault.kind, fault.count);
    else this.#left.delete(fault.kind);
  }

  get<K extends FaultKind>(kind: K): Of<K> | undefined {
    return this.#active.get(kind) as Of<K> | undefined;
  }

  clear(kind?: FaultKind): void {
    if (kind) this.#active.delete(kind);
    else this.#active.clear();
  }

  /** The fault, and one of its `count` is used up. */
  take<K extends FaultKind>(kind: K): Of<K> | undefined {
    const fault = this.get(kind);
    const left = this.#left.get(kind);
    if (!fault || left === undefined) return fault;
    if (left <= 1) this.#active.delete(kind);
    this.#left.set(kind, left - 1);
    return fault;
  }

  /** How this port hangs, if it does. */
  hangOf(interfaceNumber: number): Of<"hang"> | undefined {
    const hang = this.get("hang");
    if (!hang) return undefined;
    return concerns(hang.interfaces, interfaceNumber) ? hang : undefined;
  }

  /** Removes what this action heals; true if there was something. */
  heal(action: Healing): boolean {
    let healed = false;
    for (const kind of ["hang", "interface-missing"] as const) {
      const fault = this.get(kind);
      if (!fault || !(fault.healedBy ?? BY_DEFAULT).includes(action)) continue;
      this.#active.delete(kind);
      healed = true;
    }
    return healed;
  }
}

export function concerns(interfaces: readonly number[] | undefined, number: number): boolean {
  return interfaces === undefined || interfaces.includes(number);
}
