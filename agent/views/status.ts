import type { Paint } from "../../provision/views/paint.ts";
import type { GatewayStatus, ModemStatus } from "../commands/gateway-status.ts";
import type { Level, OngoingFinding } from "../model/finding.ts";
import type { ReceiverState } from "../state-delivery.ts";
import { inert } from "./inert.ts";

export interface StatusView {
  readonly paint: Paint;
  /** Shows what each finding was concluded from, too. */
  readonly verbose: boolean;
}

const WORD: Readonly<Record<Level | "ok", string>> = { ok: "OK", info: "OK", warning: "WARNING", critical: "CRITICAL" };
const COLOUR = { ok: "green", info: "green", warning: "yellow", critical: "red" } as const;

/** The gateway for people: the verdict first, then what it is made of. Texts from modems and logs are shown inert. */
export function renderStatus(status: GatewayStatus, view: StatusView): string {
  const { level, sentence } = status.verdict;
  const rows: (readonly [string, string])[] = [
    ["smsd", smsdLine(status)],
    ["agent", agentLine(status)],
    ["flag", status.flag?.sentence ?? "none"],
    ...status.modems.flatMap(modemRows),
    ...queueRows(status),
    ...receiverRows("delivery", status.deliveries?.incoming?.sinks),
    ...receiverRows("notices", status.deliveries?.notices?.sinks),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, text]) => `  ${name.padEnd(width)}  ${inert(text)}`);
  const head = `${view.paint(COLOUR[level], WORD[level])}: ${inert(sentence)}`;
  const findings = status.findings.flatMap((finding) => findingLines(finding, view));
  return `${[head, ...lines, ...findings].join("\n")}\n`;
}

function smsdLine({ smsd }: GatewayStatus): string {
  const unit = `smstools.service is ${smsd.unit}`;
  const strays = smsd.strays.length === 0 ? "" : `; outside the service: pid ${smsd.strays.join(", ")}`;
  if (!smsd.running) return `does not run; ${unit}${strays}`;
  return `runs since ${smsd.since ?? "an unknown time"} (pid ${smsd.pids.join(", ")}); ${unit}${strays}`;
}

function agentLine({ agent, at }: GatewayStatus): string {
  if (!agent.running) return `does not run (modemkeeper.service is ${agent.unit}); what follows was seen just now`;
  const age = Math.max(0, Math.round((Date.parse(at) - Date.parse(agent.looked ?? at)) / 1000));
  return `looked ${age} s ago (pid ${agent.pid ?? "unknown"})`;
}

function queueRows({ queues }: GatewayStatus): readonly (readonly [string, string])[] {
  if (!queues) return [];
  const shown = Object.entries(queues).map(([name, { count, oldest }]) => {
    return `${name} ${count}${count === 0 ? "" : ` (oldest ${oldest} s)`}`;
  });
  return [["messages", shown.join(", ")]];
}

/** Who gets what, a line each. */
function receiverRows(
  title: string,
  sinks: readonly ReceiverState[] | undefined,
): readonly (readonly [string, string])[] {
  return (sinks ?? []).map(({ name, type, waiting, delivered, failing }, index) => {
    const queue = waiting === 0 ? "" : `, ${waiting} waiting`;
    const health = failing ? `takes nothing since ${failing.since}: ${failing.detail}` : `${delivered} delivered`;
    return [index === 0 ? title : "", `${name} (${type}): ${health}${queue}`];
  });
}

/** 27.007 §7.2. */
const REGISTRATION: Readonly<Record<number, string>> = {
  0: "not registered",
  1: "registered",
  2: "looking for a network",
  3: "registration denied",
  5: "registered, roaming",
  6: "registered for SMS only",
  7: "registered for SMS only, roaming",
};

function modemRows(modem: ModemStatus): readonly (readonly [string, string])[] {
  if (!modem.present) return [[modem.name, `${modem.model}, not plugged in`]];
  const ports = Object.entries(modem.ports ?? {}).map(([role, tty]) => `${role}=${tty}`);
  const place = `${modem.model} at ${modem.port ?? modem.device ?? "an unknown port"}`;
  return [
    [modem.name, [place, ...workOf(modem)].join("; ")],
    ["", ports.length === 0 ? "it has no terminals" : ports.join(" ")],
    ...radioOf(modem).map((text) => ["", text] as const),
  ];
}

function workOf({ talked, suspended, recovery }: ModemStatus): readonly string[] {
  return [
    talked === undefined ? "smsd has not talked to it yet" : `smsd talked to it ${talked} s ago`,
    ...(suspended === undefined ? [] : [`left out by smsd: ${suspended}`]),
    ...(recovery ? [`in recovery (${recovery.rung}, ${recovery.phase}): ${recovery.cause}`] : []),
  ];
}

/** One line, once it is known. */
function radioOf({ sim, registration, signal, operator, firmware }: ModemStatus): readonly string[] {
  const parts = [
    ...(sim === undefined ? [] : [`SIM ${sim}`]),
    ...(registration === undefined ? [] : [REGISTRATION[registration] ?? "registration unknown"]),
    ...(signal === undefined ? [] : [`signal ${signal}/31`]),
    ...(operator === undefined ? [] : [operator]),
    ...(firmware === undefined ? [] : [`firmware ${firmware}`]),
  ];
  return parts.length === 0 ? [] : [parts.join("; ")];
}

const SIGN: Readonly<Record<Level, string>> = { info: "·", warning: "!", critical: "✗" };

function findingLines(finding: OngoingFinding, { paint, verbose }: StatusView): readonly string[] {
  const { level, subject, sentence, evidence, fix } = finding;
  const lines = [`  ${paint(COLOUR[level], SIGN[level])} ${subject}: ${inert(sentence)}`];
  if (verbose) lines.push(...evidence.map((line) => `      ${inert(line)}`));
  if (fix !== undefined) lines.push(`      fix: ${inert(fix)}`);
  return lines;
}
