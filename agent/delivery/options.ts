import type { TlsOptions } from "../../core/delivery-ports.ts";
import { ModemkeeperError } from "../../core/errors.ts";
import type { Sink } from "../../core/model/inventory.ts";
import { DAY, SECOND } from "../decide/durations.ts";
import type { Patience } from "./types.ts";

/*
 * Typed access to a receiver's options. The inventory's schema has checked them; defaults stand here for receivers that
 * are made by other means.
 */

const TIMEOUT = 10;
const RETRY_FOR = (7 * DAY) / SECOND;
const REFUSALS = 10;

/** @throws ModemkeeperError inventory-invalid where it is missing */
export function requiredText(sink: Sink, name: string): string {
  const value = textOption(sink, name);
  if (value === undefined) {
    throw new ModemkeeperError("inventory-invalid", `the receiver ${sink.name} has no \`${name}\``, {
      fix: `Add \`${name}\` to it in inventory.yaml.`,
    });
  }
  return value;
}

export function textOption({ options }: Sink, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}

export function numberOption({ options }: Sink, name: string, otherwise: number): number {
  const value = options[name];
  return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
}

export function flagOption({ options }: Sink, name: string): boolean {
  return options[name] === true;
}

export function textsOption({ options }: Sink, name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

/** Texts by name: headers, labels. */
export function textMapOption({ options }: Sink, name: string): Readonly<Record<string, string>> {
  const value = options[name];
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => isText(entry[1])));
}

/** Undefined where nothing is said of TLS. */
export function tlsOption(sink: Sink): TlsOptions | undefined {
  const { ca, certificate, key } = textMapOption(sink, "tls");
  const tls = { ...(ca ? { ca } : {}), ...(certificate ? { certificate } : {}), ...(key ? { key } : {}) };
  return Object.keys(tls).length === 0 ? undefined : tls;
}

/** Milliseconds that one attempt may take. */
export function timeoutOf(sink: Sink): number {
  return numberOption(sink, "timeout", TIMEOUT) * SECOND;
}

/** So many at once, at least one. */
export function parallelOf(sink: Sink): number {
  return Math.max(1, Math.floor(numberOption(sink, "parallel", 1)));
}

export function patienceOf(sink: Sink): Patience {
  return {
    retryFor: numberOption(sink, "retry_for", RETRY_FOR) * SECOND,
    refusals: numberOption(sink, "refusals", REFUSALS),
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
