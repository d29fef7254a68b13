import { ageOf } from "../decide/flag.ts";
import type { SinkState } from "../model/delivery.ts";
import type { Level } from "../model/finding.ts";
import { type Look, modemOf } from "./look.ts";
import type { Sheet } from "./sheet.ts";

const LEVELS: readonly Level[] = ["info", "warning", "critical"];
/** systemd's ActiveState (systemctl(1), `systemctl --state=help`). */
const UNIT_STATES = ["active", "activating", "deactivating", "failed", "inactive", "maintenance", "reloading"] as const;

/** Everything of a pass but its modems. `later`: milliseconds that have passed since. */
export function gatewayValues(sheet: Sheet, look: Look, later: number): void {
  configurationValues(sheet, look);
  findingValues(sheet, look);
  smsdValues(sheet, look, later);
  spoolValues(sheet, look, later);
  receiverValues(sheet, "messages", look.seen.incoming?.sinks ?? [], later);
  receiverValues(sheet, "notices", look.seen.notices?.sinks ?? [], later);
  sheet.set("smsgw_notices_waiting", look.seen.notices?.waiting, {});
  sheet.set("smsgw_spool_available_bytes", look.seen.disk.bytes, {});
  sheet.set("smsgw_spool_available_files", look.seen.disk.files, {});
}

function configurationValues(sheet: Sheet, { seen, now }: Look): void {
  const { state, details } = seen.configuration;
  sheet.set("smsgw_agent_last_look_timestamp_seconds", now.wall / 1000, {});
  if (state === "unknown") return;
  sheet.set("smsgw_inventory_valid", state !== "invalid", {});
  if (state !== "invalid") sheet.set("provision_drift_resources", state === "differs" ? details.length : 0, {});
}

function findingValues(sheet: Sheet, { decision }: Look): void {
  for (const level of LEVELS) {
    const count = decision.findings.filter((finding) => finding.level === level).length;
    sheet.set("smsgw_findings", count, { level });
  }
  for (const { level, code, subject, since } of decision.findings) {
    const modem = modemOf(subject);
    const labels = { level, code, subject: modem === "" ? subject : "modem", modem };
    sheet.set("smsgw_finding_start_timestamp_seconds", since / 1000, labels);
  }
}

function smsdValues(sheet: Sheet, { seen, decision, now }: Look, later: number): void {
  const { processes, strays, unit } = seen.smsd;
  sheet.set("smsgw_smsd_up", processes.length > 0, {});
  sheet.set("smsgw_smsd_stray_processes", strays.length, {});
  for (const state of UNIT_STATES) sheet.set("smsgw_smsd_unit_state", unit === state, { state });
  const eldest = Math.min(...processes.map(({ startedAt }) => startedAt));
  sheet.set("smsgw_smsd_start_time_seconds", Number.isFinite(eldest) ? eldest / 1000 : undefined, {});
  const { flag } = decision.memory;
  const inForce = decision.findings.some(({ code }) => code === "manual-stop");
  if (!seen.flag || !flag || !inForce) return;
  sheet.set("smsgw_manual_stop_age_seconds", (ageOf(seen.flag, flag, now) + later) / 1000, {});
}

function spoolValues(sheet: Sheet, { seen }: Look, later: number): void {
  const { spool, incoming } = seen;
  for (const queue of ["incoming", "outgoing", "checked"] as const) {
    const { count, oldest } = spool[queue];
    sheet.set("smsgw_queue_messages", count, { queue });
    sheet.set("smsgw_queue_oldest_seconds", grown(oldest, later, count > 0), { queue });
  }
  const { count, oldest } = incoming
    ? { count: incoming.waiting, oldest: Math.max(0, ...incoming.sinks.map((sink) => sink.oldest)) }
    : spool.incoming;
  sheet.set("smsgw_backlog_messages", count, {});
  sheet.set("smsgw_backlog_oldest_seconds", grown(oldest, later, count > 0), {});
  sheet.set("smsgw_dead_letter_messages", incoming?.deadLetters, {});
  sheet.set("smsgw_messages_duplicate_total", incoming?.duplicates, {});
}

function receiverValues(
  sheet: Sheet,
  purpose: "messages" | "notices",
  sinks: readonly SinkState[],
  later: number,
): void {
  for (const { name, waiting, oldest, failing, lastDeliveredAt } of sinks) {
    const labels = { sink: name, purpose };
    sheet.set("smsgw_receiver_up", failing === undefined, labels);
    sheet.set("smsgw_receiver_waiting", waiting, labels);
    sheet.set("smsgw_receiver_oldest_seconds", grown(oldest, later, waiting > 0), labels);
    const last = lastDeliveredAt === undefined ? undefined : lastDeliveredAt / 1000;
    sheet.set("smsgw_receiver_last_delivered_timestamp_seconds", last, labels);
  }
}

/** An age in seconds, as it is by now. */
function grown(age: number, later: number, exists: boolean): number {
  return exists ? Math.max(0, age + later) / 1000 : 0;
}
