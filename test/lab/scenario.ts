import { inject, test } from "vitest";
import { collectLogs } from "./failure-logs.ts";
import { Guest } from "./guest.ts";
import { ensureSnapshot, type SnapshotName } from "./snapshots.ts";

/** One scenario: a guest of its own, continued from `from`; on failure its logs are brought back before it goes. */
export function scenario(title: string, from: SnapshotName, body: (guest: Guest) => Promise<void>): void {
  test(title, async (context) => {
    const { skip } = inject("lab");
    if (skip !== undefined) return context.skip(skip);
    const guest = await Guest.start(await ensureSnapshot(from, (line) => process.stderr.write(`lab: ${line}\n`)));
    try {
      await body(guest);
    } catch (error) {
      process.stderr.write(await collectLogs(guest, title));
      throw error;
    } finally {
      await guest.traceCost(title);
      await guest.end();
    }
  });
}
