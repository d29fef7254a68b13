import { ModemkeeperError } from "../../core/errors.ts";
import type { Host, Lock } from "../../core/ports.ts";
import { APPLY_LOCK } from "../desired/paths.ts";

export { APPLY_LOCK };

/** How somebody waits for another to be done. */
export interface Patience {
  /** Milliseconds. */
  readonly wait: number;
  /** Told that there is something to wait for. */
  readonly tell: (sentence: string) => void;
  /** Who holds the lock, in words; undefined where nobody knows. */
  readonly holder: () => Promise<string | undefined>;
}

/**
 * Whoever changes this host does it alone: apply, rollback, destroy, commands that act on smsd or a modem, the agent's steps.
 * The lock is the kernel's: it is free the moment its holder dies.
 * @throws ModemkeeperError lock-held if another still has it when the patience is over
 */
export async function withApplyLock<T>(
  host: Pick<Host, "locks">,
  work: () => Promise<T>,
  patience?: Patience,
): Promise<T> {
  const lock = (await host.locks.tryLock(APPLY_LOCK)) ?? (patience && (await waitForLock(host, patience)));
  if (!lock) throw await lockHeld(patience);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

async function waitForLock(
  { locks }: Pick<Host, "locks">,
  { wait, tell, holder }: Patience,
): Promise<Lock | undefined> {
  const who = (await holder()) ?? "another program";
  tell(`${who} works on this host now: waiting up to ${wait / 1000} s for it to end`);
  return locks.lock(APPLY_LOCK, wait);
}

async function lockHeld(patience: Patience | undefined): Promise<ModemkeeperError> {
  const who = (await patience?.holder()) ?? "another program";
  return new ModemkeeperError("lock-held", `${who} is changing this host`, {
    why: "two at once would undo each other's work",
    fix: `wait for it; to see who it is: fuser -v ${APPLY_LOCK}`,
  });
}
