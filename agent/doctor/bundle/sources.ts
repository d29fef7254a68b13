import { AGENT_UNIT, FALLBACK_TIMER, UNIT } from "../../../provision/desired/paths.ts";
import { gatewayStatus } from "../../commands/gateway-status.ts";
import { ACCESS_LOG, API_SOCKET, EVENTS_LOG } from "../../paths.ts";
import { diagnose } from "../diagnose.ts";
import { isUnderVoltage, messageOf as kernelMessage, usbEventOf } from "../kernel/lines.ts";
import { valueOr } from "../known.ts";
import { maskSmsdLog } from "./smsd-log.ts";
import type { SourceContext } from "./source-context.ts";
import { generationList, inventoryText, smsdConfThere, smsdConfWanted, usbTable, versions } from "./source-texts.ts";

/** One file of the bundle. */
export interface Source {
  /** Below the bundle's folder. */
  readonly name: string;
  /** A few words. */
  readonly what: string;
  /** Its masked content; undefined where there is none. */
  readonly read: (given: SourceContext) => Promise<string | undefined>;
}

const UNITS = [UNIT, AGENT_UNIT, FALLBACK_TIMER, "modemkeeper-fallback.service", "ModemManager.service"] as const;
const JOURNALS = [UNIT, AGENT_UNIT, "modemkeeper-fallback.service"] as const;
const JOURNAL_LINES = 2_000;
const LOG_OCTETS = 512 * 1024;
const EVENT_DAYS = 7;
const DAY = 86_400_000;
const METRICS_WITHIN = 2_000;
const UNIT_FILES = [
  "smstools.service",
  "modemkeeper.service",
  "modemkeeper-fallback.service",
  "modemkeeper-fallback.timer",
] as const;

/** All files, in the order of the MANIFEST. */
export const SOURCES: readonly Source[] = [
  {
    name: "doctor.json",
    what: "what `modemkeeper doctor` finds",
    read: async ({ facts, mask }) => json(mask.json({ format: "modemkeeper.doctor/1", ...diagnose(facts) })),
  },
  {
    name: "status.json",
    what: "how the gateway stands",
    read: async ({ context, mask }) =>
      json(mask.json({ format: "modemkeeper.status/1", ...(await gatewayStatus(context)) })),
  },
  { name: "versions.json", what: "versions of programs, kernel and C library", read: versions },
  { name: "events.jsonl", what: `what happened in the last ${EVENT_DAYS} days`, read: events },
  {
    name: "access.jsonl",
    what: "who talked to a modem's port",
    read: (given) => jsonLines(given, ACCESS_LOG, () => true),
  },
  { name: "inventory.yaml", what: "the inventory; its secrets are references", read: inventoryText },
  { name: "generations.json", what: "what was applied, and when", read: generationList },
  { name: "smsd.conf", what: "smsd's configuration as it is", read: smsdConfThere },
  { name: "smsd.conf.wanted", what: "the same as provision would write it", read: smsdConfWanted },
  { name: "smsd.log", what: "the end of smsd's log, without what others wrote", read: smsdLog },
  {
    name: "udev.rules",
    what: "provision's udev rules",
    read: (given) => textFile(given, "/etc/udev/rules.d/78-modemkeeper.rules"),
  },
  ...UNIT_FILES.map(
    (unit): Source => ({
      name: `units/${unit}`,
      what: "the unit as it is installed",
      read: (given) => textFile(given, `/etc/systemd/system/${unit}`),
    }),
  ),
  ...UNITS.map(
    (unit): Source => ({
      name: `units/${unit}.txt`,
      what: "what systemd says of it",
      read: async ({ context, mask }) => mask.text(await context.host.inspection.unitReport(unit)),
    }),
  ),
  ...JOURNALS.map(
    (unit): Source => ({
      name: `journal/${unit}.log`,
      what: "the end of its journal",
      read: async ({ context, mask }) => mask.log(await context.host.inspection.unitLog(unit, JOURNAL_LINES)),
    }),
  ),
  { name: "kernel-usb.log", what: "what the kernel says of USB", read: kernelUsb },
  { name: "usb.txt", what: "what is on the USB bus", read: usbTable },
  {
    name: "metrics.txt",
    what: "the agent's metrics",
    read: async ({ context, mask }) => {
      const answer = await context.host.http.ask(API_SOCKET, "/metrics", METRICS_WITHIN);
      return answer?.status === 200 ? mask.text(answer.body) : undefined;
    },
  },
];

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

async function events(given: SourceContext): Promise<string | undefined> {
  const since = given.facts.now - EVENT_DAYS * DAY;
  const isRecent = ({ time }: { readonly time?: unknown }) => !(Date.parse(String(time)) < since);
  return jsonLines(given, EVENTS_LOG, isRecent);
}

/** A line that is no JSON is left out: half of one, or one that is not ours. */
async function jsonLines(
  { context, mask }: SourceContext,
  path: string,
  keeps: (entry: { readonly time?: unknown }) => boolean,
): Promise<string | undefined> {
  const parts = await Promise.all(
    [`${path}.1`, path].map((one) => context.host.logs.readFrom(one, undefined, LOG_OCTETS)),
  );
  const lines = parts.flatMap(({ text }) => text.split("\n")).flatMap((line) => parsed(line) ?? []);
  const kept = lines.filter(keeps).map((entry) => JSON.stringify(mask.json(entry)));
  return kept.length === 0 ? undefined : `${kept.join("\n")}\n`;
}

function parsed(line: string): { readonly time?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

async function smsdLog({ context, facts, mask }: SourceContext): Promise<string | undefined> {
  const text = await context.host.smsd.logTail(facts.setup.wanted.smsd.logfile, LOG_OCTETS);
  return text === "" ? undefined : maskSmsdLog(text, mask.text);
}

async function textFile({ context, mask }: SourceContext, path: string): Promise<string | undefined> {
  const entry = await context.host.files.read(path);
  return entry?.kind === "file" ? mask.text(entry.content) : undefined;
}

const ABOUT_USB = /^(usb|hub|option|qmi_wwan|cdc_|usbserial|usbcore|xhci|ehci|tegra-xusb|dwc|GSM)/;

async function kernelUsb({ facts, mask }: SourceContext): Promise<string | undefined> {
  const lines = valueOr(facts.usb.kernel, []).filter(
    (line) => ABOUT_USB.test(kernelMessage(line)) || isUnderVoltage(line) || usbEventOf(line) !== undefined,
  );
  return lines.length === 0 ? undefined : mask.text(`${lines.join("\n")}\n`);
}
