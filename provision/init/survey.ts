import { printable } from "../../core/diagnostics.ts";
import type { AttachedModem } from "../../core/model/attached-modem.ts";
import type { ModemModel } from "../../core/model/modem-model.ts";
import { PORT_PATH } from "../inventory/schema/modem.ts";
import { matchModem } from "../models/match.ts";
import { modelEntryFor } from "../models/unknown.ts";
import { shortened } from "./shown-line.ts";

/** A modem on the bus whose model is known, or at least likely. */
export interface FoundModem {
  readonly attached: AttachedModem;
  readonly model: ModemModel;
  /** Further models that share its id and interfaces. */
  readonly others: readonly ModemModel[];
  /** True where another modem on the bus can show the same USB id, so that only ports tell them apart. */
  readonly alike: boolean;
}

/** What the bus shows. */
export interface Survey {
  readonly modems: readonly FoundModem[];
  /** Sentences for a person, on devices that are no modem now or are not known. */
  readonly notes: readonly string[];
  /** `models:` entries to paste for devices that the catalogue lacks. */
  readonly entries: readonly string[];
  /** Devices that are there but cannot be used as they are, by tty. */
  readonly unusableTtys: ReadonlySet<string>;
}

/** Reads the bus against the catalogue; in the order of the ports, so that the same bus gives the same inventory. */
export function surveyBus(bus: readonly AttachedModem[], models: readonly ModemModel[]): Survey {
  const found: Omit<FoundModem, "alike">[] = [];
  const notes: string[] = [];
  const entries: string[] = [];
  const unusableTtys = new Set<string>();
  for (const attached of [...bus].sort(byPort)) {
    const match = matchModem(attached, models);
    const [first, ...rest] = match.kind === "matched" ? match.candidates : [];
    if (first) {
      found.push({ attached, model: first.model, others: rest.map(({ model }) => model) });
      continue;
    }
    for (const tty of ttysOf(attached)) unusableTtys.add(tty);
    if (match.kind === "matched") continue;
    notes.push(`${deviceName(attached)}: ${match.reason}${ENTRY_HINT[match.kind]}`);
    if (match.kind !== "not-a-modem") entries.push(modelEntryFor(tidyTexts(attached)));
  }
  return { modems: withLikeness(found), notes, entries, unusableTtys };
}

const IN_COMMENT = " A `models:` entry for it stands in a comment at the end of the inventory: check it, then use it.";
const ENTRY_HINT = { "not-a-modem": "", "unknown-id": IN_COMMENT, "unknown-composition": IN_COMMENT } as const;

/** What a device says of itself comes from its firmware: any bytes, of any length. */
function tidyTexts({ manufacturer, product, ...rest }: AttachedModem): AttachedModem {
  return {
    ...rest,
    ...(manufacturer === undefined ? {} : { manufacturer: clean(manufacturer) }),
    ...(product === undefined ? {} : { product: clean(product) }),
  };
}

function clean(text: string): string {
  return printable(text).slice(0, 45).trim();
}

function withLikeness(found: readonly Omit<FoundModem, "alike">[]): readonly FoundModem[] {
  const ids = found.map(({ model }) => model.compositions.map(({ usb }) => usb));
  return found.map((modem, index) => ({
    ...modem,
    alike: ids.some((theirs, other) => other !== index && theirs.some((id) => ids[index]?.includes(id))),
  }));
}

/** As a person would name it: `SimTech SIM7600 (1e0e:9001) at platform-…`. */
export function deviceName({ manufacturer, product, usb, port }: AttachedModem): string {
  const title = [manufacturer, product].filter(Boolean).join(" ");
  return title === "" ? `${usb} at ${port}` : `${shortened(title)} (${usb}) at ${port}`;
}

export function ttysOf(attached: AttachedModem): readonly string[] {
  return attached.interfaces.flatMap(({ tty }) => (tty === undefined ? [] : [tty]));
}

/** The port path, if the inventory can carry it. */
export function usablePort(port: string): string | undefined {
  return new RegExp(PORT_PATH).test(port) ? port : undefined;
}

function byPort(a: AttachedModem, b: AttachedModem): number {
  return compare(a.port, b.port) || compare(a.sysName, b.sysName);
}

/** Like `sort -V`, so that port 2.10 comes after 2.9, and independent of any locale. */
function compare(a: string, b: string): number {
  const key = (text: string) => text.replaceAll(/\d+/g, (digits) => digits.padStart(8, "0"));
  return key(a) < key(b) ? -1 : Number(key(a) > key(b));
}
