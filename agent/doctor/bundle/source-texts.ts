import { listGenerations } from "../../../provision/apply/generation-store.ts";
import { SMSD_CONF } from "../../../provision/desired/paths.ts";
import { holdsSecret } from "../../../provision/init/shown-line.ts";
import { type ConfLine, parseSmsdConf } from "../../../provision/init/smsd-conf.ts";
import { planHost } from "../../engine/plan-host.ts";
import { readSmall } from "../../observe/small-file.ts";
import type { UsbNode } from "../facts.ts";
import { valueOr } from "../known.ts";
import type { SourceContext } from "./source-context.ts";

const MAX_BYTES = 1_048_576;

export async function versions({ context, facts, mask }: SourceContext): Promise<string> {
  const { host } = context;
  const release = await host.files.read("/etc/os-release");
  const runtime = valueOr(facts.runtime, undefined);
  const value = {
    modemkeeper: facts.version,
    smsd: valueOr(facts.setup.smsdPackage, undefined) ?? null,
    node: runtime?.node ?? null,
    architecture: runtime?.architecture ?? null,
    glibc: runtime?.glibc ?? null,
    kernel: valueOr(facts.usb.driver, undefined)?.release ?? null,
    system: release?.kind === "file" ? (/^PRETTY_NAME="?([^"\n]*)/m.exec(release.content)?.[1] ?? null) : null,
    host: host.delivery.hostName,
    models: facts.models.map(({ name }) => name),
  };
  return `${JSON.stringify(mask.json(value), undefined, 2)}\n`;
}

/** As written, comments left out: people put into them what they should not. */
export async function inventoryText({ context, mask }: SourceContext): Promise<string | undefined> {
  const entry = await readSmall(context.host, context.inventoryFile, MAX_BYTES);
  if (entry?.kind !== "file") return undefined;
  const lines = entry.content.split("\n").filter((line) => !/^\s*#/.test(line));
  return mask.text(lines.map((line) => line.replace(/\s#.*$/, "")).join("\n"));
}

export async function generationList({ context, mask }: SourceContext): Promise<string | undefined> {
  const all = await listGenerations(context.host);
  if (all.length === 0) return undefined;
  // What was written is left out: of each only when, by what, and how it ended.
  const list = all.map(({ number, status, startedAt, finishedAt, program, cause, summary, error }) => {
    return { generation: number, status, startedAt, finishedAt, program, cause, summary, error };
  });
  return `${JSON.stringify(mask.json(list), undefined, 2)}\n`;
}

export async function smsdConfThere({ context, mask }: SourceContext): Promise<string | undefined> {
  const entry = await readSmall(context.host, SMSD_CONF, MAX_BYTES);
  if (entry?.kind !== "file") return undefined;
  const { globals, sections } = parseSmsdConf(entry.content);
  const lines = [...globals, ...sections.flatMap(({ header, lines: own }) => [header, ...own])];
  return `${lines.map((line) => confLine(line, mask.text)).join("\n")}\n`;
}

function confLine(line: ConfLine, mask: (text: string) => string): string {
  if (line.kind === "broken") return "(a line that smsd does not understand)";
  if (line.kind === "setting" && holdsSecret(line) && line.value.toLowerCase() !== "ignore")
    return `${line.name} = (secret)`;
  return mask(line.text);
}

/** As rendered, each secret as its mask; only the comments' sentences, which are ours, stay as they are. */
export async function smsdConfWanted({ context, mask }: SourceContext): Promise<string | undefined> {
  const { desired } = await planHost(context.host);
  const file = desired.resources.find((resource) => resource.kind === "file" && resource.path === SMSD_CONF);
  return file?.kind === "file" ? mask.text(file.content.masked) : undefined;
}

/** The bus as `lsusb -t` shows it, with who has which interface. */
export async function usbTable({ facts, mask }: SourceContext): Promise<string | undefined> {
  const tree = valueOr(facts.usb.tree, []);
  if (tree.length === 0) return undefined;
  const attached = valueOr(facts.usb.attached, []);
  const lines = [...tree]
    .sort((a, b) => (a.sysName < b.sysName ? -1 : 1))
    .flatMap((node) => {
      const device = attached.find(({ sysName }) => sysName === node.sysName);
      const title = device ? [device.manufacturer, device.product].filter(Boolean).join(" ") : "";
      const place = device ? [`    port ${device.port}`] : [];
      const interfaces = (device?.interfaces ?? []).map((one) =>
        `    interface ${one.number} ${one.class} ${one.driver ?? "no driver"} ${one.tty ?? ""}`.trimEnd(),
      );
      return [nodeLine(node, title), ...place, ...interfaces];
    });
  return mask.text(`${lines.join("\n")}\n`);
}

function nodeLine({ sysName, usb, speed, mostCurrent, selfPowered, isHub }: UsbNode, title: string): string {
  const power = mostCurrent === undefined ? "" : ` ${mostCurrent} mA`;
  const supply = isHub && selfPowered !== undefined ? (selfPowered ? " own supply" : " no supply") : "";
  return `${sysName} ${usb} ${isHub ? "hub" : "device"} ${speed ?? "?"} Mbit/s${power}${supply} ${title}`.trimEnd();
}
