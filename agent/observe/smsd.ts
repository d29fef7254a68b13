import type { AgentHost } from "../../core/agent-ports.ts";
import { UNIT } from "../../provision/desired/paths.ts";
import type { SmsdProcess } from "../model/observation.ts";

export interface SmsdProcesses {
  readonly unit: string;
  readonly processes: readonly SmsdProcess[];
  readonly strays: readonly SmsdProcess[];
}

/** Asking systemd costs 10 ms of work each time. */
const ASK_AGAIN_MS = 30_000;
/** States in which a unit stays. */
const RESTING = new Set(["active", "inactive", "failed"]);

/** smsd's processes, and what systemd says of its unit. */
export class SmsdWatch {
  readonly #host: Pick<AgentHost, "smsd" | "services" | "monotonic">;
  #asked: { readonly processes: string; readonly at: number; readonly unit: string } | undefined;

  constructor(host: Pick<AgentHost, "smsd" | "services" | "monotonic">) {
    this.#host = host;
  }

  /** Ask systemd at the next look, whatever was known: something was done to the unit. */
  forget(): void {
    this.#asked = undefined;
  }

  async look(): Promise<SmsdProcesses> {
    const all = await this.#host.smsd.processes();
    const unit = await this.#unitState(JSON.stringify(all));
    const brief = ({ pid, startedAt, role }: SmsdProcess) => ({ pid, startedAt, ...(role ? { role } : {}) });
    return {
      unit,
      processes: all.filter((process) => process.unit === UNIT).map(brief),
      strays: all.filter((process) => process.unit !== UNIT).map(brief),
    };
  }

  async #unitState(processes: string): Promise<string> {
    const now = this.#host.monotonic.now();
    const known = this.#asked;
    const fresh = known?.processes === processes && now - known.at < ASK_AGAIN_MS && RESTING.has(known.unit);
    if (known && fresh) return known.unit;
    const { active } = await this.#host.services.state(UNIT);
    this.#asked = { processes, at: now, unit: active };
    return active;
  }
}
