import { ModemkeeperError } from "../../core/errors.ts";
import type { Generation, RecordedResource } from "../../core/model/generation.ts";
import type { DesiredState, Resource } from "../../core/model/resource.ts";
import type { Host } from "../../core/ports.ts";
import { resolvedSecret } from "../actual/mask.ts";
import { readGeneration, readHistory } from "./generation-store.ts";

/**
 * The wish of an earlier generation. Secrets are read again from where they are kept;
 * one that has another value now is used as it is now, since the old value was never recorded.
 */
export async function desiredOf(host: Host, generation: Generation): Promise<DesiredState> {
  const resources = await Promise.all(generation.resources.map((resource) => restoreResource(host, resource)));
  return { resources, links: generation.links };
}

async function restoreResource(host: Host, recorded: RecordedResource): Promise<Resource> {
  if (recorded.kind !== "file") return { ...recorded, consequences: [] };
  const { masked, secrets: refs, ...rest } = recorded;
  const secrets = await Promise.all(
    refs.map(async ({ mask, ref }) => {
      const secret = resolvedSecret(host.machineId, recorded.path, ref, await host.secrets.read(ref));
      return { recorded: mask, secret };
    }),
  );
  const text = secrets.reduce((content, one) => content.replaceAll(one.recorded, () => one.secret.mask), masked);
  return { ...rest, content: { masked: text, secrets: secrets.map((one) => one.secret) } };
}

/**
 * The generation to go back to: the wanted one, or the last that was applied before the current one.
 * @throws ModemkeeperError not-found if there is none
 */
export async function generationToRestore(host: Host, wanted: number | undefined): Promise<Generation> {
  if (wanted !== undefined) return requireApplied(await readGeneration(host, wanted));
  const { applied } = await readHistory(host);
  for (let number = (applied?.number ?? 1) - 1; number > 0; number--) {
    const generation = await readGeneration(host, number).catch(() => undefined);
    if (generation?.status === "applied") return generation;
  }
  throw new ModemkeeperError("not-found", "there is no earlier generation to go back to", {
    fix: "provision generations",
  });
}

function requireApplied(generation: Generation): Generation {
  if (generation.status === "applied") return generation;
  throw new ModemkeeperError("not-found", `generation ${generation.number} was never applied (${generation.status})`, {
    why: "only what once stood on the host can be put back",
    fix: "provision generations",
  });
}
