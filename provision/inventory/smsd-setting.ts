import type { SmsdValue } from "../../core/model/smsd-value.ts";

export type SettingScope = "global" | "modem" | "both";

/** What smsd accepts as the value of a setting. */
export type SettingType =
  | { readonly kind: "yes-no" }
  | { readonly kind: "integer"; readonly min: number; readonly max: number; readonly words?: readonly string[] }
  | { readonly kind: "number-choice"; readonly values: readonly number[] }
  /** Whole seconds; the inventory may also say `30s`, `10m`, `4h`. */
  | { readonly kind: "seconds"; readonly min: number; readonly max: number }
  | { readonly kind: "choice"; readonly values: readonly string[] }
  /** `allowed` is a regular expression for the whole value. */
  | { readonly kind: "text"; readonly max: number; readonly allowed?: string }
  /** A text that may be given several times. */
  | { readonly kind: "texts"; readonly max: number; readonly allowed?: string }
  | { readonly kind: "path" }
  /** A program that smsd starts through /bin/sh without quoting. */
  | { readonly kind: "handler" };

/** One setting of smsd that the inventory knows by name and type. */
export interface SmsdSetting {
  /** smsd's own name. */
  readonly name: string;
  readonly scope: SettingScope;
  readonly type: SettingType;
  /** What we write when nobody says otherwise; absent: smsd's own default holds and nothing is written. */
  readonly ours?: { readonly global?: SmsdValue; readonly modem?: SmsdValue };
  /** True if the value may be a secret, which must not stand in the inventory in clear. */
  readonly secret: boolean;
  /** One sentence: what it does, or why our value differs. Ends up as a comment and in editors. */
  readonly why: string;
}
