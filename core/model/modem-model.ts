import type { SmsdValue } from "./smsd-value.ts";

/** What a port is for. AT is the one smsd talks to; the rest is what the vendor calls them. */
export type Role = string;

/** Which interface plays a role: by number, or (Huawei) by class pattern, since there the numbers move. */
export type RoleSelector = { readonly interface: number } | { readonly class: string };

/**
 * One set of interfaces that a model can show. A USB id alone does not identify it:
 * an EC25 keeps 2c7c:0125 in its QMI, ECM and RNDIS compositions while its AT port moves.
 */
export interface Composition {
  readonly name: string;
  /** `vid:pid`, lower-case hex. */
  readonly usb: string;
  /** Interface signature: class pattern by interface number. `ff`, `ff/00`, `e0/01/03`, alternatives with `|`. Interfaces not listed may be present. */
  readonly interfaces: Readonly<Record<number, string>>;
  readonly roles: Readonly<Record<Role, RoleSelector>>;
  /** True where the kernel's `option` driver does not know the id and must be told (`new_id`). */
  readonly newId: boolean;
  /** Where these facts come from. */
  readonly source: string;
}

/** A setting that only some firmware needs. */
export interface Quirk {
  /** semver range over the version that `firmware.pattern` extracts. */
  readonly firmware: string;
  readonly smsd: Readonly<Record<string, SmsdValue>>;
  readonly why: string;
}

/** A catalogue row: everything that distinguishes one kind of modem. Data, never code. */
export interface ModemModel {
  readonly name: string;
  readonly title: string;
  readonly compositions: readonly Composition[];
  readonly at: {
    /** Command that restarts the modem, e.g. `AT+CRESET`. */
    readonly reset: string;
    readonly firmware: {
      /** Command that prints the firmware revision, e.g. `AT+CGMR`. */
      readonly command: string;
      /** Regular expression whose groups (up to three) are major, minor, patch of the answer. */
      readonly pattern: string;
    };
    /** Role of a second port that answers AT commands, for health checks while smsd holds AT. */
    readonly second?: Role;
    /** Command that prints the temperature in degrees Celsius, of one sensor or several; absent where the model has none that is known. */
    readonly temperature?: string;
    /** Commands that make the modem announce new messages on the second port too; an error answer to one is no fault. */
    readonly push?: readonly string[];
    /** Regular expression that `AT+CGMM` answers of this model match; tells models apart that share id and interfaces. */
    readonly identity?: string;
  };
  /** Seconds from appearing on the bus to a ready AT port; nothing resets it earlier. */
  readonly bootSeconds: number;
  /** smsd settings of the modem section that this model needs. */
  readonly smsd: Readonly<Record<string, SmsdValue>>;
  readonly quirks: readonly Quirk[];
  readonly source: string;
  /** True when the row came from the inventory's `models`, false for the built-in catalogue. */
  readonly custom: boolean;
}
