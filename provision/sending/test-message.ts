import type { AttachedModem } from "../../core/model/attached-modem.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import type { Host } from "../../core/ports.ts";
import { type Composed, compose } from "../../core/sms/compose.ts";
import { bindModems } from "../plan/bind-modems.ts";
import type { Check } from "../verify/check.ts";
import { adviceFor } from "./advice.ts";
import { canBeFollowed, type SendingOutcome, waitForOutcome } from "./outcome.ts";
import { queueMessage, smsdRuns } from "./queue-message.ts";

type TestHost = Pick<Host, "files" | "clock" | "smsd">;

/** A modem that smsd has just begun to use sends within seconds. */
export const TEST_TIMEOUT_MS = 120_000;
const NAME = "test message";
const HOSTNAME = "/etc/hostname";

/**
 * What is sent to show that sending works.
 * @throws ModemkeeperError usage if `to` is no number
 */
export async function testMessage({ files, clock }: TestHost, to: string): Promise<Composed> {
  const entry = await files.read(HOSTNAME);
  const [, name] = (entry?.kind === "file" && /^\s*([A-Za-z0-9.-]{1,63})\s*$/.exec(entry.content)) || [];
  const time = clock
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, "Z");
  return compose({ to, text: `modemkeeper test from ${name ?? "an unnamed host"} at ${time}` });
}

/** Sends a test message and waits for what becomes of it; says so, and never fails otherwise. */
export async function checkTestMessage(
  host: TestHost,
  { inventory, attached }: { readonly inventory: Inventory; readonly attached: readonly AttachedModem[] },
  to: string,
  signal: AbortSignal,
): Promise<Check> {
  const { smsd, modems } = inventory;
  if (!(await smsdRuns(host))) return notSent(to, "smsd does not run", "modemkeeper smsd start");
  if (bindModems(modems, attached).bound.length === 0)
    return notSent(to, "no modem of the inventory is plugged in", "modemkeeper modem list");
  const queued = await queueMessage(host, smsd, (await testMessage(host, to)).content);
  if (!canBeFollowed(smsd)) {
    const sentence = `in smsd's queue for ${to}; smsd gives messages other names here (keep_filename), so it cannot be followed`;
    return { name: NAME, level: "warning", sentence };
  }
  const outcome = await waitForOutcome(host, smsd.spool, { ...queued, timeout: TEST_TIMEOUT_MS }, signal);
  return judged(outcome, to, inventory);
}

function judged(result: SendingOutcome, to: string, { smsd }: Inventory): Check {
  const took = `${result.seconds.toFixed(1)} s`;
  switch (result.outcome) {
    case "sent": {
      const by = result.modem === undefined ? "" : ` by ${result.modem}`;
      return { name: NAME, level: "ok", sentence: `sent to ${to}${by} in ${took}` };
    }
    case "failed":
      return notSent(to, `${result.reason}, after ${took}`, adviceFor(result.reason, smsd));
    case "waiting":
      return notSent(
        to,
        `it still waits in ${smsd.spool[result.place]} after ${took}, and is sent once nothing is in its way`,
        "modemkeeper status -v",
      );
    case "gone":
      return notSent(to, "another program took it out of smsd's folders", `tail ${smsd.logfile}`);
  }
}

function notSent(to: string, why: string, fix: string): Check {
  return { name: NAME, level: "error", sentence: `not sent to ${to}: ${why}`, fix };
}
