import type { AgentHost } from "../../core/agent-ports.ts";
import type { Modem } from "../../core/model/inventory.ts";
import { expectedLinks } from "../../provision/desired/links.ts";

/** Where the links of the inventory's modems lead, by path: `ttyUSB2`. What is there and no link counts as missing. */
export async function observeLinks(
  host: Pick<AgentHost, "files">,
  modems: readonly Modem[],
): Promise<Readonly<Record<string, string>>> {
  const found = await Promise.all(
    expectedLinks(modems).map(async ({ path }) => {
      const entry = await host.files.read(path);
      return entry?.kind === "link" ? [[path, entry.target.replace(/^\/dev\//, "")] as const] : [];
    }),
  );
  return Object.fromEntries(found.flat());
}
