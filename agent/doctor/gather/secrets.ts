import type { AgentHost } from "../../../core/agent-ports.ts";
import { ModemkeeperError, messageOf } from "../../../core/errors.ts";
import type { Inventory } from "../../../core/model/inventory.ts";
import { describeSecretRef, type SecretRef } from "../../../core/secret.ts";
import type { Problem } from "../facts.ts";

/** Every secret that the inventory names, once. */
export function secretsOf({ modems, incoming, notify, http }: Inventory): readonly (readonly [string, SecretRef])[] {
  const pins = modems.flatMap(({ name, pin }) => (pin ? [[`the PIN of ${name}`, pin] as const] : []));
  const sinks = [...incoming.sinks, ...notify.sinks].flatMap(({ name, secrets }) =>
    Object.entries(secrets).map(([key, ref]) => [`${key} of receiver ${name}`, ref] as const),
  );
  const token = http.token ? [["the token of the HTTP API", http.token] as const] : [];
  return [...pins, ...sinks, ...token];
}

/** Those that cannot be read, each in one sentence. */
export async function unreadableSecrets(host: AgentHost, wanted: Inventory): Promise<readonly Problem[]> {
  const found = await Promise.all(
    // The agent's environment is not ours.
    secretsOf(wanted).map(([what, ref]) => (ref.from === "env" ? undefined : secretProblem(host, what, ref))),
  );
  return [...found.flatMap((problem) => problem ?? []), ...(await missingTlsFiles(host, wanted))];
}

async function secretProblem(host: AgentHost, what: string, ref: SecretRef): Promise<Problem | undefined> {
  try {
    await host.secrets.read(ref);
    return undefined;
  } catch (error) {
    const known = error instanceof ModemkeeperError ? error : undefined;
    if (host.uid !== 0) throw known ?? error;
    const sentence = `${what} (${describeSecretRef(ref)}): ${messageOf(error)}`;
    return { sentence, ...(known?.fix === undefined ? {} : { fix: known.fix }) };
  }
}

async function missingTlsFiles(host: AgentHost, { http }: Inventory): Promise<readonly Problem[]> {
  const paths = http.tls ? [http.tls.certificate, http.tls.key] : [];
  const stats = await host.stats.of(paths);
  return paths
    .filter((_, index) => stats[index] === undefined)
    .map((path) => ({
      sentence: `${path} of http.tls is not there`,
      fix: "Put it there, or take `tls` out of `http`.",
    }));
}
