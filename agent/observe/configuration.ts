import { createHash } from "node:crypto";
import type { AgentHost } from "../../core/agent-ports.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import { resolvedSecret } from "../../provision/actual/mask.ts";
import { GENERATIONS } from "../../provision/apply/generation-store.ts";
import { INVENTORY_COPY } from "../../provision/desired/paths.ts";
import type { Engine } from "../engine/engine.ts";
import type { ConfigurationObservation } from "../model/observation.ts";

/** What no file shows (a folder's mode, an edited unit that systemd has not read) is seen this late. */
const LOOK_AGAIN_MS = 600_000;
const NOT_LOOKED: ConfigurationObservation = {
  state: "unknown",
  digest: "",
  details: [],
  restartsSmsd: false,
  pins: {},
};

/** How the inventory on disk and the host stand to each other. To find out costs as much as `provision plan`, so it is done only when a file has changed. */
export class ConfigurationWatch {
  readonly #host: AgentHost;
  readonly #engine: Pick<Engine, "compare">;
  #watched: readonly string[] = [];
  #seen: { readonly at: number; readonly stats: string } | undefined;
  #found: ConfigurationObservation | undefined;
  /** Goes up with each change of the host that is known of. */
  #changes = 0;
  #outdated = false;

  constructor(host: AgentHost, engine: Pick<Engine, "compare">) {
    this.#host = host;
    this.#engine = engine;
  }

  /** The host is being changed, or has been: compare at the next look, and do not believe a comparison that is under way. */
  forget(): void {
    this.#seen = undefined;
    this.#changes += 1;
  }

  /** The inventory has just been applied: differences from before must not pass for somebody's work. */
  applied(): void {
    this.forget();
    this.#outdated = true;
  }

  /** What was found is from before the inventory was applied, and nothing newer is known. */
  get outdated(): boolean {
    return this.#outdated;
  }

  /**
   * `inventory`: the one in force. While `busy`, somebody changes the host: what was known stays, since the half of a
   * change looks like a difference.
   */
  async look(inventory: Inventory, busy: boolean): Promise<ConfigurationObservation> {
    const now = this.#host.monotonic.now();
    const changes = this.#changes;
    const known = this.#found ?? (await this.unknown(inventory));
    if (busy) return known;
    if (this.#seen) {
      const due = now - this.#seen.at >= LOOK_AGAIN_MS;
      if (!due && this.#seen.stats === (await this.#stats())) return known;
    }
    this.#watched = [INVENTORY_COPY, GENERATIONS, ...secretFiles(inventory)];
    const { managed, ...verdict } = await this.#engine.compare();
    this.#watched = [...this.#watched, ...managed];
    const pins = await this.#pins(inventory);
    const found = { ...verdict, digest: await this.#digest(pins), pins };
    // Taken after the look: a file that changed meanwhile is compared again at the latest look, but one that is only
    // now known to be managed must not seem to have changed.
    const stats = await this.#stats();
    if (changes !== this.#changes) return known;
    this.#seen = { at: now, stats };
    this.#found = found;
    this.#outdated = false;
    return found;
  }

  /** Before the first comparison has ended. What PINs are configured is known even then: a refused one must not be tried. */
  async unknown(inventory: Inventory): Promise<ConfigurationObservation> {
    return { ...NOT_LOOKED, pins: await this.#pins(inventory) };
  }

  async #stats(): Promise<string> {
    return JSON.stringify(await this.#host.stats.of(this.#watched));
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
