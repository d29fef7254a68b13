import { expect } from "vitest";
import type { Delivery } from "../../sim/modem/network.ts";
import { editInventory, smsdPid, Timeline } from "../agent.ts";
import type { Guest } from "../guest.ts";
import { quickInventory } from "../inventories.ts";
import * as messages from "../messages.ts";
import { Receiver } from "../receiver.ts";
import { scenario } from "../scenario.ts";
import { expectPollEnded } from "../smsd-port.ts";

/*
 * The disk is full to its last block, also for root, while one message waits for a receiver that is down. What comes then
 * stays on the SIM. The agent is killed. Nothing is lost, and all is delivered as soon as each obstacle is gone.
 */
scenario("a full disk loses no message", "gateway", async (guest) => {
  const receiver = await Receiver.install(guest);
  await editInventory(guest, quickInventory({ more: messages.incomingSection() }));
  await messages.expectDelivering(guest);
  const main = await smsdPid(guest, "MAINPROCESS");

  await receiver.stop();
  const all: Delivery[] = [...(await messages.receiveAll(guest, messages.fromBoth("before")))];
  await messages.expectWaiting(guest, all.length);

  const timeline = await Timeline.from(guest);
  await fillDisk(guest);
  await suspended(guest);
  await expectPollEnded(guest);
  all.push(...(await messages.receiveAll(guest, messages.fromBoth("on the full disk"))));
  await messages.expectWaiting(guest, 4);
  await guest.ok("systemctl kill -s KILL modemkeeper");

  // A receiver that is well gets what has reached the disk.
  await receiver.start();
  await guest.waitFor(async () => {
    const events = await receiver.events(messages.MESSAGES);
    return new Set(events.map(({ id }) => id)).size === 4 ? true : undefined;
  }, 90);
  await suspended(guest);

  await guest.ok("rm /var/ballast*");
  await messages.expectDelivered(guest, receiver, all);
  await timeline.wait("disk-full", 30);
  expect(await smsdPid(guest, "MAINPROCESS")).toBe(main);
});

/** The reserve that only root may use, too; what ext4 keeps back for itself cannot be allocated in one piece. */
async function fillDisk(guest: Guest): Promise<void> {
  await guest.ok("fallocate -l $(( $(stat -f -c '%f * %S' /var/spool) - 60000000 )) /var/ballast");
  // Until not one more block is left: what others write meanwhile, or take away, is written by the journal later.
  await guest.waitFor('cat /dev/zero >>/var/ballast2; sync; ! echo x >"/var/ballast-$(date +%N)"', 60);
}

async function suspended(guest: Guest): Promise<void> {
  await guest.waitFor("grep -q '^ALL: .*(modemkeeper)$' /run/smstools/suspend", 90);
}
