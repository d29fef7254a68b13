import { expect } from "vitest";
import { agentState, expectTalking, holdOpen, outages, smsdPid, startSampler, Timeline } from "../agent.ts";
import { expectLinks, expectSmsIn, expectSmsOut, SIM7600_LINKS } from "../gateway.ts";
import type { Guest } from "../guest.ts";
import { scenario } from "../scenario.ts";

const AT = "/dev/ttyUSB_SIM7600_AT";

/*
 * The post-mortem's USB incident: a program keeps the AT port of a vanished modem open, so the modem comes back with
 * other ttyUSB numbers. Links follow, smsd talks again without a restart, messages go both ways. Then the same while a
 * message is being sent, and a loose plug: 100 changes in a few seconds end in one consistent state.
 */
scenario(
  "a modem unplugged and plugged in again: other numbers, same links, smsd never restarted",
  "gateway",
  async (guest) => {
    await startSampler(guest);
    const before = await smsdPid(guest, "MAINPROCESS");
    const numberBefore = await guest.ok(`readlink ${AT}`);
    await holdOpen(guest, AT);
    await idleReplug(guest);
    expect(await guest.ok(`readlink ${AT}`)).not.toBe(numberBefore);

    await midSend(guest);
    await storm(guest);

    await expectSmsOut(guest, "sent after it all");
    await expectSmsIn(guest, "received after it all");
    expect(await smsdPid(guest, "MAINPROCESS")).toBe(before);
    expect(await outages(guest)).toEqual([]);
  },
);

async function idleReplug(guest: Guest): Promise<void> {
  const timeline = await Timeline.from(guest);
  await guest.sim.unplug("SIM7600");
  await timeline.wait("modem-gone", 20);
  // Ten seconds later it is no mere restart any more: smsd leaves it alone.
  await guest.waitFor("grep -q '^SIM7600: .*(modemkeeper)$' /run/smstools/suspend", 30);
  await guest.sim.plug({ name: "SIM7600" });
  await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);
  await expectTalking(guest);
  await timeline.wait("modem-appeared", 20);
  await expectSmsIn(guest, "received after the replug");
}

/** The message in the air when the plug is pulled goes out after it is back: smsd tries again. */
async function midSend(guest: Guest): Promise<void> {
  await guest.write("/var/spool/sms/outgoing/.mid-send", "To: 491710000001\n\nin the air", "666");
  const sent = guest.sim.journal("SIM7600").then((entries) => entries.length);
  const known = await sent;
  await guest.ok("mv /var/spool/sms/outgoing/.mid-send /var/spool/sms/outgoing/mid-send");
  await guest.waitFor(async () => {
    const entries = (await guest.sim.journal("SIM7600")).slice(known);
    return entries.some(({ text }) => text.startsWith("AT+CMGS")) ? true : undefined;
  });
  await guest.sim.unplug("SIM7600");
  await guest.waitFor("! test -e /sys/bus/usb/devices/1-1");
  await guest.sim.plug({ name: "SIM7600" });
  await expectTalking(guest, "SIM7600", 60);
  await guest.waitFor("test -e /var/spool/sms/sent/mid-send", 60);
  expect((await guest.sim.sent("SIM7600")).some(({ text }) => text === "in the air")).toBe(true);
}

async function storm(guest: Guest): Promise<void> {
  for (let change = 0; change < 50; change++) {
    await guest.sim.unplug("SIM7600");
    await guest.sim.plug({ name: "SIM7600" });
  }
  // The kernel's hub gives a plug up that was not steady for 0.1 s within 2 s (hub_port_debounce): the last one is.
  await guest.sim.unplug("SIM7600");
  await guest.waitFor("! test -e /sys/bus/usb/devices/1-1");
  await guest.sim.plug({ name: "SIM7600" });
  await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);
  await expectTalking(guest, "SIM7600", 60);
  await guest.waitFor("! grep -q SIM7600 /run/smstools/suspend", 20);
  await guest.waitFor(async () => (await agentState(guest)).findings.length === 0 || undefined, 60);
}
