import type { AgentHost } from "../../core/agent-ports.ts";
import { ModemkeeperError } from "../../core/errors.ts";
import type { StopFlag } from "../../core/manual-stop.ts";
import { observeFlag } from "../observe/flag.ts";

/**
 * Removes the manual stop flag, if it is still the one that was decided upon: a person may have set a new one meanwhile.
 * Returns one sentence.
 * @throws ModemkeeperError precondition-missing if it is another one, or no file
 */
export async function clearFlag(
  host: Pick<AgentHost, "files" | "stats">,
  path: string,
  decidedUpon: StopFlag | undefined,
): Promise<string> {
  const now = await observeFlag(host, path);
  if (!now) return `${path} is gone already`;
  if (now.kind !== "file") throw new ModemkeeperError("precondition-missing", `${path} is a ${now.kind}, and stays`);
  if (decidedUpon && !sameFlag(now, decidedUpon)) {
    throw new ModemkeeperError("precondition-missing", `${path} was set anew, and stays`);
  }
  await host.files.remove(path);
  return `${path} was removed`;
}

function sameFlag(one: StopFlag, other: StopFlag): boolean {
  return one.owner === other.owner && one.modifiedAt === other.modifiedAt && one.content === other.content;
}
