import type { AgentHost } from "../../core/agent-ports.ts";
import { printable } from "../../core/diagnostics.ts";
import { ModemkeeperError, messageOf } from "../../core/errors.ts";
import { isEmptyPlan } from "../../core/model/plan.ts";
import type { Planned } from "../../provision/commands/planning.ts";
import type { Comparison } from "./engine.ts";
import { agentsShare, planHost } from "./plan-host.ts";

/** The first problems say it. */
const MAX_DETAILS = 5;
const MAX_DETAIL = 300;

type Verdict = Omit<Comparison, "managed">;

/** Compares the inventory on disk with the host. Looks, and changes nothing. */
export async function compareHost(host: AgentHost): Promise<Comparison> {
  try {
    const planned = await planHost(host);
    return { ...verdictOf(planned), managed: managedFiles(planned) };
  } catch (error) {
    return { ...refusal(error), managed: [] };
  }
}

/** Files, not folders: a folder's time changes with each message in it. */
function managedFiles({ desired, loaded }: Planned): readonly string[] {
  const files = desired.resources.flatMap((resource) => (resource.kind === "file" ? [resource.path] : []));
  const pins = loaded.inventory.modems.flatMap(({ pin }) => (pin?.from === "file" ? [pin.path] : []));
  return [...files, ...pins];
}

function verdictOf({ plan: whole }: Planned): Verdict {
  const plan = agentsShare(whole);
  if (isEmptyPlan(plan)) return { state: "converged", details: [], restartsSmsd: false };
  const details = [...plan.changes.map(({ id }) => id), ...(plan.changes.length === 0 ? plan.consequences : [])];
  return { state: "differs", details, restartsSmsd: plan.smsd === "restarts" };
}

/** Of an error that is no fault of the inventory (a disk that cannot be read) nothing follows. */
function refusal(error: unknown): Verdict {
  const known = error instanceof ModemkeeperError ? error : undefined;
  const refused = known?.code === "inventory-invalid" || known?.code === "precondition-missing";
  return { state: refused ? "invalid" : "unknown", details: problemsOf(error), restartsSmsd: false };
}

/** The first problems in words. A place may be shown where a secret stands, its text never: that is only in the source. */
function problemsOf(error: unknown): readonly string[] {
  const diagnostics = error instanceof ModemkeeperError ? error.diagnostics : [];
  const errors = diagnostics.filter(({ severity }) => severity === "error").slice(0, MAX_DETAILS);
  if (errors.length === 0) return [printable(messageOf(error)).slice(0, MAX_DETAIL)];
  return errors.map(({ what, range }) => {
    const place = range ? `${range.file}:${range.line}: ` : "";
    return `${place}${printable(what)}`.slice(0, MAX_DETAIL);
  });
}
