import { expect, test } from "vitest";
import { lockCommand } from "../../../../agent/commands/lock.ts";
import { desk } from "./at-desk.ts";
import { accesses, inventory, LOCK, machineWithModem, SCRIPT } from "./at-machine.ts";

test("lock: the command runs while the lock is held, its code is ours, its arguments are not logged", async () => {
  const machine = await machineWithModem();
  const other = machine.agentHost();
  machine.onProgram = async () => {
    expect(await other.locks.tryLock(LOCK)).toBeUndefined();
    return 7;
  };
  const { context } = desk(machine, inventory);
  expect(await lockCommand(context, { argv: ["/usr/local/bin/check.sh", "+491711234567"] })).toBe(7);
  expect(machine.journal).toContain("run /usr/local/bin/check.sh +491711234567");
  expect(accesses(machine)).toContain('"process":"check.sh"');
  expect(accesses(machine)).toContain("exit 7");
  expect(accesses(machine)).not.toContain("49171");
  expect(await other.locks.tryLock(LOCK)).toBeDefined();
});

test("lock: a lock that is held is exit 11, and the command does not run", async () => {
  const machine = await machineWithModem();
  machine.lockedBy(LOCK, SCRIPT);
  const { context } = desk(machine, inventory);
  const run = lockCommand(context, { argv: ["true"], wait: "0" });
  await expect(run).rejects.toMatchObject({ code: "lock-held", message: expect.stringContaining("check.sh") });
  expect(machine.journal.filter((line) => line.startsWith("run "))).toEqual([]);
  await expect(lockCommand(context, { argv: [] })).rejects.toMatchObject({ code: "usage" });
  await expect(lockCommand(context, { argv: ["true"], wait: "soon" })).rejects.toMatchObject({ code: "usage" });
});
