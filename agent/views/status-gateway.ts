import { spokenDuration } from "../decide/durations.ts";
import { AGENT_UNIT } from "../paths.ts";
import type { ReceiverState } from "../state-delivery.ts";
import type { GatewayStatus } from "../status/types.ts";
import { ago, clockText, lasting, type Row } from "./status-row.ts";

/** Everything of a status but its modems and findings. `now`: milliseconds since 1970. */
export function gatewayRows(status: GatewayStatus, now: number): readonly Row[] {
  return [
    ["smsd", smsdText(status, now)],
    ["agent", agentText(status, now)],
    ["flag", flagText(status, now)],
    ...messageRows(status, now),
    ...deliveryRows(status, now),
    ...noticeRows(status, now),
    ...hostRows(status),
  ];
}

function smsdText({ smsd }: GatewayStatus, now: number): string {
  const unit = `smstools.service is ${smsd.unit}`;
  const strays = smsd.strays.length === 0 ? "" : `; outside the service: pid ${smsd.strays.join(", ")}`;
  if (!smsd.running) return `does not run; ${unit}${strays}`;
  const since = smsd.since === undefined ? "" : ` for ${lasting(smsd.since, now)}`;
  return `runs${since} (pid ${smsd.pids.join(", ")}); ${unit}${strays}`;
}

function agentText({ agent }: GatewayStatus, now: number): string {
  if (!agent.running) return `does not run (${AGENT_UNIT} is ${agent.unit}); what follows was seen just now`;
  const version = agent.version === undefined ? "" : `, version ${agent.version}`;
  const looked = agent.looked === undefined ? "has not looked yet" : `looked ${ago(agent.looked, now)}`;
  return `runs, ${looked} (pid ${agent.pid ?? "unknown"}${version})`;
}

function flagText({ flag }: GatewayStatus, now: number): string {
  if (!flag) return "none: nobody stopped smsd on purpose";
  if (!flag.inForce || flag.until === undefined) return flag.sentence;
  const by = flag.by === undefined || flag.by === flag.owner ? flag.owner : `${flag.by} (as ${flag.owner})`;
  const why = flag.reason === undefined ? "no reason given" : flag.reason;
  const left = spokenDuration(Date.parse(flag.until) - now);
  return `set ${ago(flag.written, now)} by ${by}: ${why}; it holds until ${clockText(flag.until)} (for ${left})`;
}

function messageRows(status: GatewayStatus, now: number): readonly Row[] {
  const { queues, modems } = status;
  if (!queues) return [["queues", "unknown: they could not be looked at"]];
  const counts = Object.entries(queues).map(([name, { count, oldest }]) => {
    return `${name} ${count}${count === 0 ? "" : ` (oldest ${spokenDuration(oldest * 1000)})`}`;
  });
  const rows: Row[] = [["queues", counts.join(", ")]];
  // Of a single modem its own row says the same.
  if (modems.length > 1) rows.push(["messages", passedText(status, now)]);
  return rows;
}

type Passed = Pick<GatewayStatus, "lastReceived" | "lastSent">;

/** When messages last went through. `why` one of them is not known. */
export function passedText({ lastReceived, lastSent }: Passed, now: number, why = "smsd's log tells of none"): string {
  const both = [
    lastReceived === undefined ? "none received" : `last received ${ago(lastReceived, now)}`,
    lastSent === undefined ? "none sent" : `last sent ${ago(lastSent, now)}`,
  ];
  const isWhole = lastReceived !== undefined && lastSent !== undefined;
  return `${both.join(", ")}${isWhole ? "" : ` (${why})`}`;
}

function deliveryRows({ deliveries, agent }: GatewayStatus, now: number): readonly Row[] {
  const incoming = deliveries?.incoming;
  if (!incoming) return [["delivery", undeliveredText(agent.running, "messages")]];
  const { waiting, deadLetters } = incoming;
  const dead = deadText(deadLetters);
  if (incoming.sinks.length === 0) return [["delivery", `the inventory names no receiver; ${dead}`]];
  return [
    ["delivery", `${waiting} waiting, ${dead}`],
    ...incoming.sinks.map((sink): Row => ["", receiverText(sink, now)]),
  ];
}

function deadText(count: number): string {
  if (count === 0) return "no dead letters";
  return `${count} dead letter${count === 1 ? "" : "s"} (modemkeeper sms list --dead)`;
}

function noticeRows({ deliveries, agent }: GatewayStatus, now: number): readonly Row[] {
  const notices = deliveries?.notices;
  if (!notices) return [["notices", undeliveredText(agent.running, "notices")]];
  if (notices.sinks.length === 0) return [["notices", "the inventory names no receiver"]];
  const undelivered = notices.waiting === 0 ? "all delivered" : `${notices.waiting} not delivered yet`;
  return [["notices", undelivered], ...notices.sinks.map((sink): Row => ["", receiverText(sink, now)])];
}

function undeliveredText(agentRuns: boolean, what: string): string {
  return agentRuns ? `no ${what} are delivered` : "unknown: the agent, which delivers, does not run";
}

function receiverText({ name, type, waiting, oldest, delivered, lastDelivered, failing }: ReceiverState, now: number) {
  const queue = waiting === 0 ? "" : `, ${waiting} waiting for ${spokenDuration(oldest * 1000)}`;
  if (failing) return `${name} (${type}): takes nothing for ${lasting(failing.since, now)}: ${failing.detail}${queue}`;
  const last = lastDelivered === undefined ? "" : `, the last ${ago(lastDelivered, now)}`;
  return `${name} (${type}): ${delivered} delivered${last}${queue}`;
}

const CONFIGURATION = {
  converged: "as the inventory says",
  differs: "differs from the inventory",
  invalid: "the inventory is refused, the last good one is in force",
  unknown: "unknown: not compared yet",
} as const;

function hostRows({ configuration, disk }: GatewayStatus): readonly Row[] {
  const rows: Row[] = [];
  if (configuration) {
    const { state, details } = configuration;
    const shown = details.length === 0 ? "" : `: ${details.join(", ")}`;
    rows.push(["host", `${CONFIGURATION[state]}${shown}`]);
  }
  if (disk) rows.push(["disk", `${bytesText(disk.bytes)} free at ${disk.path}`]);
  return rows;
}

function bytesText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value >= 10 || unit === 0 ? Math.round(value) : Math.round(value * 10) / 10} ${units[unit]}`;
}
