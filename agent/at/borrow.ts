import type { AgentHost } from "../../core/agent-ports.ts";
import { ModemkeeperError } from "../../core/errors.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import { parseLog } from "../../core/smsd-log.ts";
import { classifyLine } from "../../core/smsd-log-class.ts";
import { suspendModems } from "../act/suspend.ts";
import { waitFor } from "../act/wait.ts";
import { observeSuspend } from "../observe/suspend.ts";

export interface Borrowing {
  readonly host: Pick<AgentHost, "files" | "stats" | "smsd" | "proc" | "clock" | "monotonic" | "logs">;
  readonly inventory: Inventory;
  readonly modem: string;
  /** Stands in smsd's suspend file meanwhile. */
  readonly reason: string;
  readonly signal: AbortSignal;
}

/** smsd finishes what it does with the modem first: sending a PDU may take it 60 s. */
const LETS_GO_WITHIN = 65_000;
const MOST_BYTES = 262_144;

/**
 * Does `work` while smsd leaves one modem alone; smsd itself and the other modems go on. Call it while nobody else acts on
 * this host.
 * @throws ModemkeeperError command-failed if smsd does not let go of the modem
 */
export async function whileSuspended<T>(borrowing: Borrowing, work: () => Promise<T>): Promise<T> {
  const { host, inventory, modem, reason, signal } = borrowing;
  const names = inventory.modems.map(({ name }) => name);
  const { suspended: before } = await observeSuspend(host, names);
  const { position } = await host.logs.readFrom(inventory.smsd.logfile, undefined, 0);
  try {
    await suspendModems({ host, inventory, signal }, { ...before, [modem]: reason });
    const letGo = () => saysSuspended(borrowing, position);
    if ((await waitFor(host, LETS_GO_WITHIN, signal, letGo)) === undefined) {
      throw new ModemkeeperError(
        "command-failed",
        `smsd has not let go of ${modem} within ${LETS_GO_WITHIN / 1000} s`,
        {
          why: "it is busy with the modem, or its process for it hangs",
          fix: "try again, or see `modemkeeper status`",
        },
      );
    }
    return await work();
  } finally {
    await resume(borrowing, before);
  }
}

async function saysSuspended(
  { host, inventory, modem }: Borrowing,
  from: Parameters<AgentHost["logs"]["readFrom"]>[1],
): Promise<true | undefined> {
  const { text } = await host.logs.readFrom(inventory.smsd.logfile, from, MOST_BYTES);
  const own = parseLog(text).filter((line) => line.process === modem);
  return own.some((line) => classifyLine(line).kind === "suspended") ? true : undefined;
}

/** Even after a Ctrl-C. Without smsd there is nobody to tell: its suspend file is gone with it. */
async function resume({ host, inventory }: Borrowing, before: Readonly<Record<string, string>>): Promise<void> {
  const signal = new AbortController().signal;
  await suspendModems({ host, inventory, signal }, before).catch((error: unknown) => {
    if (!(error instanceof ModemkeeperError) || error.code !== "precondition-missing") throw error;
  });
}
