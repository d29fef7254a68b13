import type { Sink } from "../../core/model/inventory.ts";
import type { SecretRef } from "../../core/secret.ts";
import { parseDuration } from "./durations.ts";
import type { RawDuration, RawSecret, RawSink } from "./raw.ts";
import { secretRef } from "./secrets.ts";

/** Keys of receivers whose values are secrets. */
export const SINK_SECRETS = ["secret", "token", "password"] as const;

const DAY = 86_400;

/** Messages are kept trying for long: they are the point. A notice may have to wait for the very modem that it is about. */
const RETRY_FOR = { incoming: 7 * DAY, notify: DAY } as const;

/** A receiver that refuses everything because of a wrong token gets a quarter of an hour to be put right. */
const REFUSALS = 10;

/** A program costs a process; a receiver on the network is waited for. */
const PARALLEL: Readonly<Record<string, number>> = { webhook: 16, mqtt: 16, exec: 2 };

/** One receiver with durations as seconds and secrets apart from options. */
export function normaliseSink(raw: RawSink, section: "incoming" | "notify"): Sink {
  const { type, name, ...rest } = raw;
  const options: Record<string, unknown> = {
    timeout: 10,
    retry_for: RETRY_FOR[section],
    refusals: REFUSALS,
    parallel: section === "notify" ? 1 : (PARALLEL[type] ?? 1),
    ...(section === "notify" ? { minimum: "warning" } : {}),
  };
  const secrets: Record<string, SecretRef> = {};
  for (const [key, value] of Object.entries(rest)) {
    if ((SINK_SECRETS as readonly string[]).includes(key)) secrets[key] = secretRef(value as RawSecret);
    else if (key === "timeout" || key === "retry_for") options[key] = parseDuration(value as RawDuration);
    else options[key] = value;
  }
  return { name, type, options, secrets };
}
