import type { Sink } from "../../core/model/inventory.ts";
import type { SecretRef } from "../../core/secret.ts";
import { parseDuration } from "./durations.ts";
import type { RawDuration, RawSecret, RawSink } from "./raw.ts";
import { secretRef } from "./secrets.ts";

/** Keys of receivers whose values are secrets. */
export const SINK_SECRETS = ["secret", "token", "password"] as const;

const DAY = 86_400;

/** Messages are kept trying for long: they are the point. A notice is stale after an hour. */
const RETRY_FOR = { incoming: 7 * DAY, notify: 3600 } as const;

/** One receiver with durations as seconds and secrets apart from options. */
export function normaliseSink(raw: RawSink, section: "incoming" | "notify"): Sink {
  const { type, name, ...rest } = raw;
  const options: Record<string, unknown> = {
    timeout: 10,
    retry_for: RETRY_FOR[section],
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
