import { expect } from "vitest";
import type { Healing } from "../../sim/modem/faults.ts";
import { expectTalking, smsdPid, Timeline } from "../agent.ts";
import { expectSmsIn, expectSmsOut } from "../gateway.ts";
import type { Guest } from "../guest.ts";
import { scenario } from "../scenario.ts";

/*
 * A modem that hangs until one certain thing is done to it, for every rung that is not opt-in: the agent climbs to that rung
 * and no further, the timeline names it, smsd has its modem back, and messages go both ways. The next hang is tried with
 * the rung that helped last.
 */
scenario("a hung modem is healed by the rung that helps, whichever that is", "gateway", async (guest) => {
  await frozenSmsd(guest);
  await hang(guest, "at-reset", "at-reset");
  await hang(guest, "at-reset", "at-reset");
  await hang(guest, "usb-reset", "usb-reset");
  await hang(guest, "usb-authorize", "usb-authorize");
});

/** smsd's own process is what hangs: the mildest rung, with no harm to the modem. */
async function frozenSmsd(guest: Guest): Promise<void> {
  const timeline = await Timeline.from(guest);
  const pid = await smsdPid(guest, "SIM7600");
  const boots = await bootsOf(guest);
  await guest.ok(`kill -STOP ${pid}`);
  await timeline.wait("recovery-succeeded", 240, "restart-smsd");
  await expectTalking(guest);
  expect(await bootsOf(guest)).toBe(boots);
}

async function hang(guest: Guest, healedBy: Healing, rung: string): Promise<void> {
  const timeline = await Timeline.from(guest);
  await guest.sim.fault({ kind: "hang", how: "silent", healedBy: [healedBy] }, "SIM7600");
  await timeline.wait("recovery-succeeded", 300, rung);
  await expectTalking(guest);
  await expectSmsOut(guest, `sent after ${healedBy} ${Math.random()}`);
  await expectSmsIn(guest, `received after ${healedBy} ${Math.random()}`);
}

async function bootsOf(guest: Guest): Promise<unknown> {
  return (await guest.sim.state())[0]?.boots;
}
