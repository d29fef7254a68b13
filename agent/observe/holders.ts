import type { AgentHost, Holder } from "../../core/agent-ports.ts";
import { RIVALS } from "./rivals.ts";

export interface Neighbours {
  /** By terminal name; who holds the access lock included: he has asked for his turn. */
  readonly holders: Readonly<Record<string, readonly Holder[]>>;
  readonly rivals: readonly string[];
  readonly lockHolder?: Holder;
}

interface Seen {
  readonly at: number;
  /** Whose terminals they were, and who had the lock: with others, it must be looked anew. */
  readonly key: string;
  readonly neighbours: Pick<Neighbours, "holders" | "rivals">;
}

/** Finding out who has a file open means to look at every process. */
const LOOK_AGAIN_MS = 15_000;

/** Other programs that use, or would use, the modems' terminals. */
export class NeighbourWatch {
  readonly #host: Pick<AgentHost, "proc" | "monotonic">;
  #seen: Seen | undefined;

  constructor(host: Pick<AgentHost, "proc" | "monotonic">) {
    this.#host = host;
  }

  /** Look anew next time, however fresh what is known. */
  forget(): void {
    this.#seen = undefined;
  }

  /** `ttys`: terminal names. `lockFile`: the access lock. `smsds`: smsd's processes, which are no neighbours. */
  async look(ttys: readonly string[], lockFile: string, smsds: readonly number[]): Promise<Neighbours> {
    const now = this.#host.monotonic.now();
    const before = await this.#host.proc.lockHolder(lockFile);
    const fresh = this.#seen?.key === keyOf(ttys, before) && now - this.#seen.at < LOOK_AGAIN_MS;
    if (this.#seen && fresh) return { ...this.#seen.neighbours, ...(before ? { lockHolder: before } : {}) };
    const [holders, rivals] = await Promise.all([this.#holders(ttys, smsds), this.#host.proc.running(RIVALS)]);
    const after = await this.#host.proc.lockHolder(lockFile);
    // He has given the lock back meanwhile, and the terminal with it.
    const neighbours = { holders: after?.pid === before?.pid ? holders : without(holders, before), rivals };
    this.#seen = { at: now, key: keyOf(ttys, after), neighbours };
    return { ...neighbours, ...(after ? { lockHolder: after } : {}) };
  }

  async #holders(ttys: readonly string[], smsds: readonly number[]): Promise<Neighbours["holders"]> {
    const byPath = await this.#host.proc.holdersOf(ttys.map((tty) => `/dev/${tty}`));
    // By name, too: smsd may have started a process since its own were counted.
    const isSmsd = ({ pid, process }: Holder) => smsds.includes(pid) || process === "smsd";
    const found = ttys.map((tty) => [tty, (byPath.get(`/dev/${tty}`) ?? []).filter((one) => !isSmsd(one))] as const);
    return Object.fromEntries(found.filter(([, others]) => others.length > 0));
  }
}

function keyOf(ttys: readonly string[], lockHolder: Holder | undefined): string {
  return JSON.stringify([ttys, lockHolder?.pid]);
}

function without(holders: Neighbours["holders"], gone: Holder | undefined): Neighbours["holders"] {
  const left = Object.entries(holders).map(([tty, all]) => [tty, all.filter(({ pid }) => pid !== gone?.pid)] as const);
  return Object.fromEntries(left.filter(([, others]) => others.length > 0));
}
