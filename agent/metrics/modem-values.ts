import { createHmac } from "node:crypto";
import type { Modem } from "../../core/model/inventory.ts";
import { signalOf } from "../../core/signal.ts";
import { isRegistered } from "../at/answers.ts";
import { isRadioFresh } from "../decide/checks/modem-verdict.ts";
import type { ModemMemory } from "../model/memory.ts";
import { inert } from "../views/inert.ts";
import { type Look, wallSeconds } from "./look.ts";
import type { Sheet } from "./sheet.ts";

/** What modems call their firmware and their network is theirs to choose. */
const LONGEST_NAME = 48;
const HASH_LENGTH = 12;

/** How each modem of the inventory is. `machineId`: the key of what stands for an IMEI. */
export function modemValues(sheet: Sheet, look: Look, machineId: string): void {
  for (const modem of look.inventory.modems) {
    const memory = look.decision.memory.modems[modem.name];
    sheet.set("smsgw_modem_present", memory?.attached !== undefined, { modem: modem.name });
    stateValues(sheet, look, modem, memory);
    if (memory) {
      identityValues(sheet, look, modem, memory, machineId);
      if (isRadioFresh(memory, look.now.monotonic)) radioValues(sheet, modem, memory);
    }
  }
}

function stateValues(sheet: Sheet, look: Look, { name }: Modem, memory: ModemMemory | undefined): void {
  const labels = { modem: name };
  const { suspended, suspendedByOthers } = look.seen.smsd;
  const isSuspended = [name, "ALL"].some((one) => Object.hasOwn(suspended, one) || suspendedByOthers.includes(one));
  sheet.set("smsgw_modem_suspended", isSuspended, labels);
  sheet.set("smsgw_modem_recovering", memory?.recovery !== undefined, labels);
  sheet.set("smsgw_modem_up", isUp(look, name, memory, isSuspended), labels);
  sheet.set("smsgw_consecutive_failures", memory?.failedChecks, labels);
  sheet.set("smsgw_last_at_success_timestamp_seconds", lastAnswer(look, name, memory), labels);
  sheet.set("smsgw_last_message_received_timestamp_seconds", seconds(memory?.lastReceivedAt), labels);
  sheet.set("smsgw_last_message_sent_timestamp_seconds", seconds(memory?.lastSentAt), labels);
}

/** Undefined for a modem that is there and has neither answered nor failed yet. */
function isUp(look: Look, name: string, memory: ModemMemory | undefined, isSuspended: boolean): boolean | undefined {
  if (!memory?.attached || memory.recovery || isSuspended || memory.failedChecks > 0) return false;
  const answer = answeredAt(look, name, memory);
  return answer !== undefined && answer >= memory.attached.since ? true : undefined;
}

function lastAnswer(look: Look, name: string, memory: ModemMemory | undefined): number | undefined {
  const answer = answeredAt(look, name, memory);
  return answer === undefined ? undefined : wallSeconds(look, answer);
}

/** Monotonic time of the last sign of life: to smsd, by its log, or to us. */
function answeredAt({ seen }: Look, name: string, memory: ModemMemory | undefined): number | undefined {
  const probed = memory?.probe?.answered ? memory.probe.at : undefined;
  const times = [seen.smsd.log.modems[name]?.readyAt, probed].flatMap((time) => time ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}

function identityValues(sheet: Sheet, look: Look, modem: Modem, memory: ModemMemory, machineId: string): void {
  const { attached, firmware = "", identity } = memory;
  if (!attached) return;
  const { name, model } = modem;
  sheet.set("smsgw_modem_connected_timestamp_seconds", wallSeconds(look, attached.connectedAt ?? attached.since), {
    modem: name,
  });
  sheet.set("smsgw_modem_info", 1, {
    modem: name,
    model: model.name,
    firmware: shownName(firmware),
    imei_hash: identity?.imei === undefined ? "" : imeiHash(machineId, identity.imei),
    usb_path: look.seen.attached.find(({ sysName }) => sysName === attached.sysName)?.port ?? "",
  });
}

function radioValues(sheet: Sheet, { name }: Modem, known: ModemMemory): void {
  const { signal, registration, storage, operator, temperature } = known;
  const labels = { modem: name };
  const registered = registration && isRegistered(registration.status);
  sheet.set("smsgw_signal_dbm", signalOf(signal)?.dbm, labels);
  sheet.set("smsgw_registered", registered, labels);
  sheet.set("smsgw_modem_temperature_celsius", temperature, labels);
  sheet.set(
    "smsgw_sms_storage_used_ratio",
    storage && storage.total > 0 ? storage.used / storage.total : undefined,
    labels,
  );
  if (registered && operator !== undefined) {
    sheet.set("smsgw_modem_operator_info", 1, { modem: name, operator: shownName(operator) });
  }
}

function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}

/** Short, and without what moves the cursor of whoever reads it in a terminal. */
function shownName(text: string): string {
  return inert([...text].slice(0, LONGEST_NAME).join(""));
}

/** Of an IMEI only six digits are not printed in every list of models: without a key its hash would be guessed at once. */
function imeiHash(machineId: string, imei: string): string {
  return createHmac("sha256", machineId).update(`modemkeeper-imei:${imei}`).digest("hex").slice(0, HASH_LENGTH);
}
