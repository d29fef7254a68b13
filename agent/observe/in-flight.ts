import type { AgentHost } from "../../core/agent-ports.ts";
import type { Folders } from "./folders.ts";
import { isPlainName } from "./plain-name.ts";
import { readSmall } from "./small-file.ts";

/** `<pid> <modem>` (smstools 3.1.21, while a modem's process sends `checked/<file>`). */
const CONTENT = /^\d{1,10} ([A-Za-z0-9][A-Za-z0-9._-]{0,30})\s*$/;
const MAX_BYTES = 256;
/** A modem sends one message at a time: more locks than this are no work of smsd's. */
const MAX_LOCKS = 200;

/** The message that each modem is sending, or was when its process died: name of the file in `checked`, by modem. */
export async function observeInFlight(
  host: Pick<AgentHost, "files" | "stats">,
  folders: Folders,
  checked: string,
  modems: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const { locked } = await folders.summary(checked);
  const found: [string, string][] = [];
  for (const file of locked.filter(isPlainName).slice(0, MAX_LOCKS)) {
    if (!(await host.stats.regular(`${checked}/${file}`))) continue;
    const entry = await readSmall(host, `${checked}/${file}.LOCK`, MAX_BYTES);
    const modem = entry?.kind === "file" ? CONTENT.exec(entry.content)?.[1] : undefined;
    if (modem !== undefined && modems.includes(modem)) found.push([modem, file]);
  }
  return Object.fromEntries(found);
}
