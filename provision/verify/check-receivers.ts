import { ModemkeeperError, messageOf } from "../../core/errors.ts";
import type { Inventory, Sink } from "../../core/model/inventory.ts";
import type { SecretStore } from "../../core/ports.ts";
import type { SecretRef } from "../../core/secret.ts";
import type { Check } from "./check.ts";

/**
 * Receivers of messages and notices that cannot work: a secret that is missing shows here, and not only when the first
 * message waits. One check for each that lacks something; none where all is well.
 */
export async function checkReceivers(
  secrets: SecretStore,
  { incoming, notify }: Pick<Inventory, "incoming" | "notify">,
): Promise<readonly Check[]> {
  const checks = [...incoming.sinks, ...notify.sinks].flatMap((sink) =>
    Object.values(sink.secrets).map((ref) => checkSecret(secrets, sink, ref)),
  );
  return (await Promise.all(checks)).flatMap((check) => check ?? []);
}

async function checkSecret(secrets: SecretStore, { name, type }: Sink, ref: SecretRef): Promise<Check | undefined> {
  // The agent's environment is not ours.
  if (ref.from === "env") return undefined;
  try {
    await secrets.read(ref);
    return undefined;
  } catch (error) {
    const fix = error instanceof ModemkeeperError ? error.fix : undefined;
    return {
      name: `receiver ${name}`,
      level: "warning",
      sentence: `nothing can be delivered to it (${type}): ${messageOf(error)}`,
      ...(fix === undefined ? {} : { fix }),
    };
  }
}
