import { ModemkeeperError } from "../../core/errors.ts";
import type { HttpReply } from "../../core/http-ports.ts";
import type { Inventory, Modem } from "../../core/model/inventory.ts";
import { findMessage } from "../commands/find-messages.ts";
import { stopDuration, stopReason } from "../commands/stop-flag.ts";
import { Archive } from "../incoming/archive.ts";
import type { AnswerMeans } from "./answer-means.ts";
import { type Call, textOf } from "./call.ts";
import type { Order } from "./jobs.ts";
import { Problem } from "./problem.ts";
import { json } from "./reply.ts";

/*
 * What the API changes. Each is a job that runs the command which a person would type: there is one way to do each thing.
 * What a client chose becomes an argument only after it was checked, and never one that begins with `-`.
 */

/** These cut off more than one modem: only where the inventory lets the agent itself do it. */
const NAMED_ONLY: ReadonlySet<string> = new Set(["usb-power", "host-reboot"]);

export async function resetModem(means: AnswerMeans, call: Call): Promise<HttpReply> {
  const inventory = means.inventory();
  const { name } = modemNamed(inventory, textOf(call, "modem"));
  const rung = textOf(call, "rung");
  if (rung !== undefined && NAMED_ONLY.has(rung) && !inventory.watchdog.rungs.some((one) => one === rung)) {
    throw new Problem("rung-not-allowed", `${rung} is done only where watchdog.rungs of the inventory names it.`);
  }
  const args = ["modem", "reset", ...(rung === undefined ? [] : ["--rung", rung]), "--yes", "--", name];
  return begin(means, { kind: "modem-reset", subject: name, args, by: call.by });
}

export async function stopSmsd(means: AnswerMeans, call: Call): Promise<HttpReply> {
  const duration = textOf(call, "for");
  const reason = textOf(call, "reason");
  const why = asked(() => {
    if (duration !== undefined) stopDuration(duration, means.inventory().manualStop);
    return stopReason(reason);
  });
  const args = [
    ...["smsd", "stop"],
    ...(duration === undefined ? [] : [`--for=${duration}`]),
    ...(why === "" ? [] : [`--reason=${why}`]),
  ];
  return begin(means, { kind: "smsd-stop", args, by: call.by });
}

export async function bringSmsdUp(means: AnswerMeans, { by }: Call, verb: "start" | "restart"): Promise<HttpReply> {
  return begin(means, { kind: `smsd-${verb}`, args: ["smsd", verb], by });
}

export async function retryMessage(means: AnswerMeans, call: Call): Promise<HttpReply> {
  const id = textOf(call, "id") ?? "";
  const archive = new Archive(means.host.delivery.spoolFiles, means.inventory());
  await findMessage(archive, id, ["dead"]).catch((error: unknown) => {
    if (!(error instanceof ModemkeeperError) || error.code !== "not-found") throw error;
    throw new Problem("no-such-message", "GET /monitor/messages?state=dead lists them.");
  });
  return begin(means, { kind: "message-retry", subject: id, args: ["sms", "retry", "--", id], by: call.by });
}

/** @throws Problem no-such-modem */
export function modemNamed({ modems }: Inventory, name: string | undefined): Modem {
  const [only, another] = modems;
  if (name === undefined && only && !another) return only;
  const found = modems.find((modem) => modem.name === name);
  if (found) return found;
  const known = modems.map((modem) => modem.name).join(", ");
  throw new Problem("no-such-modem", `${name === undefined ? "Name one. " : ""}The inventory has: ${known}.`);
}

function begin({ jobs }: AnswerMeans, order: Order): HttpReply {
  const started = jobs.start(order);
  if ("begun" in started) {
    return json(202, { job: started.begun }, { location: addressOf(started.begun.id) });
  }
  const { running } = started;
  const location = addressOf(running.id);
  throw new Problem("already-running", `${running.kind} was asked for by ${running.by} at ${running.begun}.`, {
    headers: { location },
    more: { job: location },
  });
}

function addressOf(id: string): string {
  return `/monitor/jobs/${id}`;
}

/** What a command would refuse is refused at once. */
function asked<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof ModemkeeperError)) throw error;
    const rest = [error.why, error.fix].flatMap((text) => (text === undefined ? [] : `; ${text}`));
    throw new Problem("bad-body", `${error.message}${rest.join("")}.`);
  }
}
