import type { AgentHost } from "../../core/agent-ports.ts";
import type { Modem } from "../../core/model/inventory.ts";
import { expectedLinks } from "../../provision/desired/links.ts";
import { readSmall } from "./small-file.ts";

/** Where a link is missing, a script that writes to it leaves a file, of whatever size. */
const MAX_BYTES = 4096;

/** Where the links of the inventory's modems lead, by path: `ttyUSB2`. What is there and no link counts as missing. */
export async function observeLinks(
  host: Pick<AgentHost, "files" | "stats">,
  modems: readonly Modem[],
): Promise<Readonly<Record<string, string>>> {
  const found = await Promise.all(
    expectedLinks(modems).map(async ({ path }) => {
      const entry = await readSmall(host, path, MAX_BYTES);
      return entry?.kind === "link" ? [[path, entry.target.replace(/^\/dev\//, "")] as const] : [];
    }),
  );
  return Object.fromEntries(found.flat());
}
