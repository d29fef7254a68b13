import type { NoticeLevel } from "../../core/model/inventory.ts";
import type { SmsdValue } from "../../core/model/smsd-value.ts";

/*
 * The inventory as written, once its shape is known to be right. Types mirror schema.ts;
 * nothing outside inventory/ and models/ sees them.
 */

export type RawDuration = string | number;
export type RawRoles = Readonly<Record<string, number | string>>;
export type RawSettings = Readonly<Record<string, SmsdValue>>;

export interface RawSecret {
  readonly file?: string;
  readonly env?: string;
  readonly credential?: string;
}

/** smsd's settings by name, and `extra`. */
export interface RawModemSettings {
  readonly [setting: string]: SmsdValue | RawSettings | undefined;
  readonly extra?: RawSettings;
}

export interface RawModem {
  readonly name: string;
  readonly model: string;
  readonly match?: { readonly port?: string; readonly imei?: string };
  readonly sim?: { readonly pin?: RawSecret };
  readonly firmware?: string;
  readonly roles?: RawRoles;
  readonly power?: { readonly hub: string; readonly port: number };
  readonly smsd?: RawModemSettings;
}

export interface RawComposition {
  readonly name: string;
  readonly usb: string;
  readonly interfaces: Readonly<Record<string, string>>;
  readonly roles: RawRoles;
  readonly new_id?: boolean;
  readonly source: string;
}

export interface RawModel {
  readonly name: string;
  readonly title?: string;
  readonly compositions: readonly RawComposition[];
  readonly at: {
    readonly reset: string;
    readonly firmware: { readonly command: string; readonly pattern: string };
    readonly second?: string;
    readonly temperature?: string;
    readonly push?: readonly string[];
    readonly identity?: string;
  };
  readonly boot_time?: RawDuration;
  readonly smsd?: RawModemSettings;
  readonly quirks?: readonly { readonly firmware: string; readonly smsd: RawModemSettings; readonly why: string }[];
  readonly source: string;
}

export interface RawSmsd {
  readonly package?: string;
  readonly binary?: string;
  readonly user?: string;
  readonly group?: string;
  readonly logfile?: string;
  readonly spool?: Readonly<Record<string, string>>;
  readonly settings?: RawSettings;
  readonly extra?: RawSettings;
}

/** A receiver; which keys it has depends on `type`, as the schema says. */
export type RawSink = Readonly<Record<string, unknown>> & { readonly type: string; readonly name: string };

export interface RawInventory {
  readonly version: 1;
  readonly host?: { readonly install_packages?: boolean };
  readonly modems: readonly RawModem[];
  readonly models?: readonly RawModel[];
  readonly smsd?: RawSmsd;
  readonly manual_stop?: {
    readonly flag?: string;
    readonly trusted_users?: readonly string[];
    readonly warn_after?: RawDuration;
    readonly clear_after?: RawDuration;
    readonly longest_expiry?: RawDuration;
  };
  readonly watchdog?: {
    readonly enabled?: boolean;
    readonly interval?: RawDuration;
    readonly failures_before_recovery?: number;
    readonly rungs?: readonly string[];
    readonly longest_backoff?: RawDuration;
  };
  readonly incoming?: {
    readonly processed?: string;
    readonly dead_letter?: string;
    readonly keep_for?: RawDuration;
    readonly keep_at_most?: number;
    readonly duplicate_window?: RawDuration;
    readonly sinks?: readonly RawSink[];
  };
  readonly notify?: {
    readonly heartbeat?: RawDuration;
    readonly levels?: Readonly<Record<string, NoticeLevel>>;
    readonly most_per_hour?: number;
    readonly sinks?: readonly RawSink[];
  };
  readonly http?: {
    readonly enabled?: boolean;
    readonly listen?: string;
    readonly token?: RawSecret;
    readonly tls?: { readonly certificate: string; readonly key: string };
    readonly at_commands?: readonly string[];
  };
  readonly metrics?: { readonly textfile?: string };
  readonly access_lock?: { readonly file?: string; readonly held_warning_after?: RawDuration };
  readonly compat?: { readonly scripts?: string };
}
