import { ModemkeeperError } from "../../core/errors.ts";
import type { Host } from "../../core/ports.ts";

const LOCK = "/run/lock/modemkeeper-provision.lock";

/**
 * One apply, rollback or destroy at a time. The lock is the kernel's: it is free the moment its holder dies.
 * @throws ModemkeeperError lock-held
 */
export async function withApplyLock<T>(host: Host, work: () => Promise<T>): Promise<T> {
  const lock = await host.locks.tryLock(LOCK);
  if (!lock) {
    throw new ModemkeeperError("lock-held", "another provision is changing this host", {
      why: "two at once would undo each other's work",
      fix: `wait for it; to see who it is: fuser -v ${LOCK}`,
    });
  }
  try {
    return await work();
  } finally {
    await lock.release();
  }
}
