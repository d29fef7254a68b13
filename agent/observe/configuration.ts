import { createHash } from "node:crypto";
import type { AgentHost } from "../../core/agent-ports.ts";
import { printable } from "../../core/diagnostics.ts";
import { ModemkeeperError, messageOf } from "../../core/errors.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import { isEmptyPlan } from "../../core/model/plan.ts";
import { resolvedSecret } from "../../provision/actual/mask.ts";
import { GENERATIONS } from "../../provision/apply/generation-store.ts";
import type { Planned } from "../../provision/commands/planning.ts";
import { INVENTORY_COPY } from "../../provision/desired/paths.ts";
import type { ConfigurationObservation } from "../model/observation.ts";
import { agentsShare, planHost } from "./plan-host.ts";

/** What no file shows (a folder's mode, an edited unit that systemd has not read) is seen this late. */
const LOOK_AGAIN_MS = 600_000;
/** The first problems say it. */
const MAX_DETAILS = 5;
const MAX_DETAIL = 300;

type Verdict = Pick<ConfigurationObservation, "state" | "details" | "restartsSmsd">;

/** How the inventory on disk and the host stand to each other. To find out costs as much as `provision plan`, so it is done only when a file has changed. */
export class ConfigurationWatch {
  readonly #host: AgentHost;
  #watched: readonly string[] = [];
  #seen: { readonly at: number; readonly stats: string; readonly found: ConfigurationObservation } | undefined;

  constructor(host: AgentHost) {
    this.#host = host;
  }

  /** Compare at the next look, whatever was known. */
  forget(): void {
    this.#seen = undefined;
  }

  /**
   * `inventory`: the one in force. While `busy`, somebody changes the host: what was known stays, since the half of a
   * change looks like a difference.
   */
  async look(inventory: Inventory, busy: boolean): Promise<ConfigurationObservation> {
    const now = this.#host.monotonic.now();
    if (this.#seen) {
      if (busy) return this.#seen.found;
      const due = now - this.#seen.at >= LOOK_AGAIN_MS;
      if (!due && this.#seen.stats === (await this.#stats())) return this.#seen.found;
    }
    this.#watched = [INVENTORY_COPY, GENERATIONS, ...secretFiles(inventory)];
    const { verdict, managed } = await this.#compare();
    this.#watched = [...this.#watched, ...managed];
    const pins = await this.#pins(inventory);
    const found = { ...verdict, digest: await this.#digest(pins), pins };
    // Taken after the look: a file that changed meanwhile is compared again at the latest look, but one that is only
    // now known to be managed must not seem to have changed.
    this.#seen = { at: now, stats: await this.#stats(), found };
    return found;
  }

  async #stats(): Promise<string> {
    return JSON.stringify(await this.#host.stats.of(this.#watched));
  }

  async #compare(): Promise<{ readonly verdict: Verdict; readonly managed: readonly string[] }> {
    try {
      const planned = await planHost(this.#host);
      return { verdict: verdictOf(planned), managed: managedFiles(planned) };
    } catch (error) {
      return { verdict: refusal(error), managed: [] };
    }
  }

  async #digest(pins: ConfigurationObservation["pins"]): Promise<string> {
    const entry = await this.#host.files.read(INVENTORY_COPY);
    if (entry?.kind !== "file") return "";
    // A PIN that was corrected in its own file is a new configuration, too.
    return createHash("sha256")
      .update(JSON.stringify([entry.content, pins]))
      .digest("hex");
  }

  /** Keyed masks: the plain digest of a four-digit PIN would be guessed at once. */
  async #pins(inventory: Inventory): Promise<ConfigurationObservation["pins"]> {
    const { machineId, secrets } = this.#host;
    const found = await Promise.all(
      inventory.modems.map(async ({ name, pin }) => {
        const value = pin && (await secrets.read(pin).catch(() => undefined));
        return pin && value !== undefined ? [[name, resolvedSecret(machineId, name, pin, value).mask] as const] : [];
      }),
    );
    return Object.fromEntries(found.flat());
  }
}

function secretFiles({ modems }: Inventory): readonly string[] {
  return modems.flatMap(({ pin }) => (pin?.from === "file" ? [pin.path] : []));
}

/** Files, not folders: a folder's time changes with each message in it. */
function managedFiles({ desired, loaded }: Planned): readonly string[] {
  const files = desired.resources.flatMap((resource) => (resource.kind === "file" ? [resource.path] : []));
  return [...files, ...secretFiles(loaded.inventory)];
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
export function problemsOf(error: unknown): readonly string[] {
  const diagnostics = error instanceof ModemkeeperError ? error.diagnostics : [];
  const errors = diagnostics.filter(({ severity }) => severity === "error").slice(0, MAX_DETAILS);
  if (errors.length === 0) return [printable(messageOf(error)).slice(0, MAX_DETAIL)];
  return errors.map(({ what, range }) => {
    const place = range ? `${range.file}:${range.line}: ` : "";
    return `${place}${printable(what)}`.slice(0, MAX_DETAIL);
  });
}
