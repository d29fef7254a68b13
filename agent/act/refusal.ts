import type { AgentHost } from "../../core/agent-ports.ts";
import { printable } from "../../core/diagnostics.ts";
import { UNIT } from "../../provision/desired/paths.ts";

/** More than one start attempt writes: systemd's lines, the guard's, and smsd's own complaints. */
const JOURNAL_LINES = 20;
/** What the guard says when it refuses (`smsd-may-start`). */
const GUARD = /^smsd is not started: (.+)$/;
/** systemd's own lines say that it failed, not why. */
const SYSTEMD = /^(smstools\.service: |Starting |Started |Stopped |Stopping |Failed to start |Condition check )/;

/** Why the last start came to nothing, as the journal tells it: the guard's sentence, else the last line of smsd; empty if there is none. */
export async function whyNotStarted(host: Pick<AgentHost, "services">): Promise<string> {
  const lines = (await host.services.journal(UNIT, JOURNAL_LINES)).split("\n").map((line) => line.trim());
  // What came before the last attempt belongs to another.
  const attempt = lines.slice(lines.findLastIndex((line) => line.startsWith("Starting ")) + 1);
  const refused = attempt.findLast((line) => GUARD.test(line));
  const said = refused ? GUARD.exec(refused)?.[1] : attempt.findLast((line) => line !== "" && !SYSTEMD.test(line));
  return printable(said ?? "");
}
