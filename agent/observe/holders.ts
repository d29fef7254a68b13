import type { AgentHost, Holder } from "../../core/agent-ports.ts";
import { RIVALS } from "./rivals.ts";

export interface Neighbours {
  readonly holders: Readonly<Record<string, readonly Holder[]>>;
  readonly rivals: readonly string[];
}

/** Finding out who has a file open means to look at every process. */
const LOOK_AGAIN_MS = 15_000;

/** Other programs that use, or would use, the modems' terminals. */
export class NeighbourWatch {
  readonly #host: Pick<AgentHost, "proc" | "monotonic">;
  #seen: { readonly at: number; readonly ttys: string; readonly neighbours: Neighbours } | undefined;

  constructor(host: Pick<AgentHost, "proc" | "monotonic">) {
    this.#host = host;
  }

  /** Look anew next time, however fresh what is known. */
  forget(): void {
    this.#seen = undefined;
  }

  /** `ttys`: terminal names. `smsds`: smsd's processes, which are no neighbours. */
  async look(ttys: readonly string[], smsds: readonly number[]): Promise<Neighbours> {
    const now = this.#host.monotonic.now();
    const key = JSON.stringify(ttys);
    if (this.#seen && this.#seen.ttys === key && now - this.#seen.at < LOOK_AGAIN_MS) return this.#seen.neighbours;
    const [holders, rivals] = await Promise.all([this.#holders(ttys, smsds), this.#host.proc.running(RIVALS)]);
    const neighbours = { holders, rivals };
    this.#seen = { at: now, ttys: key, neighbours };
    return neighbours;
  }

  async #holders(ttys: readonly string[], smsds: readonly number[]): Promise<Neighbours["holders"]> {
    const byPath = await this.#host.proc.holdersOf(ttys.map((tty) => `/dev/${tty}`));
    const found = ttys.flatMap((tty) => {
      const others = (byPath.get(`/dev/${tty}`) ?? []).filter(({ pid }) => !smsds.includes(pid));
      return others.length === 0 ? [] : [[tty, others] as const];
    });
    return Object.fromEntries(found);
  }
}
