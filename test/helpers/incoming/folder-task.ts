import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sink } from "../../../core/model/inventory.ts";
import { normaliseSink } from "../../../provision/inventory/sinks.ts";
import type { AgentTask } from "./agent-process.ts";

export interface WebhookTarget {
  readonly url: string;
  /** Key of the signature, `whsec_…`; any if it does not matter. */
  readonly secret?: string;
  /** Seconds. */
  readonly timeout?: number;
}

/** A key as Standard Webhooks want it: 24 to 64 random octets. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

/** Deliver what comes into `folder`/incoming to one webhook and to these sinks; makes the folders. */
export function folderTask(folder: string, webhook: WebhookTarget, sinks: readonly Sink[] = []): AgentTask {
  const spool = (name: string) => join(folder, name);
  const task: AgentTask = {
    incoming: spool("incoming"),
    report: spool("report"),
    processed: spool("processed"),
    deadLetter: spool("dead-letter"),
    state: spool("state"),
    modems: ["GSM1", "GSM2", "GSM3", "GSM4"],
    sinks: [webhookSink(webhook, spool("webhook-secret")), ...sinks],
  };
  for (const path of [task.incoming, task.report, task.processed, task.deadLetter, task.state]) {
    mkdirSync(path, { recursive: true });
  }
  writeFileSync(spool("webhook-secret"), webhook.secret ?? newWebhookSecret(), { mode: 0o600 });
  return task;
}

function webhookSink({ url, timeout = 10 }: WebhookTarget, secret: string): Sink {
  return normaliseSink({ type: "webhook", name: "receiver", url, secret: { file: secret }, timeout }, "incoming");
}
