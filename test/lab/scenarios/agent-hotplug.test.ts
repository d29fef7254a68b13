import { expect } from "vitest";
import { agentState, expectTalking, holdOpen, outages, smsdPid, startSampler, Timeline } from "../agent.ts";
import { expectLinks, expectSmsIn, expectSmsOut, SIM7600_LINKS } from "../gateway.ts";
import type { Guest } from "../guest.ts";
import { scenario } from "../scenario.ts";
import { betweenPolls } from "../smsd-port.ts";

const AT = "/dev/ttyUSB_SIM7600_AT";

/*
 * The post-mortem's USB incident: a program keeps the AT port of a vanished modem open, so the modem comes back with
 * other ttyUSB numbers. Links follow, smsd talks again without a restart, messages go both ways. Then a loose plug: 100
 * changes in a few seconds end in one consistent state.
 *
 * smsd is between two polls when the plug goes. In the middle of one it talks on to a port that is gone, for up to half a
 * minute, and may have to be restarted for that.
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

    await storm(guest);

    await expectSmsOut(guest, "sent after it all");
    await expectSmsIn(guest, "received after it all");
    expect(await smsdPid(guest, "MAINPROCESS")).toBe(before);
    expect(await outages(guest)).toEqual([]);
  },
);

async function idleReplug(guest: Guest): Promise<void> {
  const timeline = await Timeline.from(guest);
  await betweenPolls(guest, async () => await unplug(guest));
  await timeline.wait("modem-gone", 20);
  // Ten seconds later it is no mere restart any more: smsd leaves it alone.
  await guest.waitFor("grep -q '^SIM7600: .*(modemkeeper)$' /run/smstools/suspend", 30);
  await guest.sim.plug({ name: "SIM7600" });
  await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);
  await expectTalking(guest);
  await timeline.wait("modem-appeared", 20);
  await expectSmsIn(guest, "received after the replug");
  // Nobody is there to take it, which a minute later would be a finding.
  await guest.ok("rm /var/spool/sms/incoming/*");
}

async function storm(guest: Guest): Promise<void> {
  await betweenPolls(guest, async () => {
    for (let change = 0; change < 50; change++) {
      await guest.sim.unplug("SIM7600");
      await guest.sim.plug({ name: "SIM7600" });
    }
    // The kernel's hub gives a plug up that was not steady for 0.1 s within 2 s (hub_port_debounce): the last one is.
    await unplug(guest);
    await guest.sim.plug({ name: "SIM7600" });
    await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);
  });
  await expectTalking(guest, "SIM7600", 60);
  await guest.waitFor("! grep -q SIM7600 /run/smstools/suspend", 20);
  // How many of the changes the agent sees is chance, and so whether it warns of them, for two minutes then.
  const others = async () => (await agentState(guest)).findings.filter(({ code }) => code !== "modem-flapping");
  await guest.waitFor(async () => (await others()).length === 0 || undefined, 60);
}

/*
 * The plug is pulled while smsd waits for the modem to take a message: smsd hears nothing more on that port, and the message
 * goes out, once, when the modem is back.
 */
scenario("a modem unplugged while it sends: the message goes out when it is back", "gateway", async (guest) => {
  const timeline = await Timeline.from(guest);
  await guest.sim.fault({ kind: "poison-text", text: "in the air" }, "SIM7600");
  await guest.write("/var/spool/sms/outgoing/.mid-send", "To: 491710000001\n\nin the air", "666");
  await guest.ok("mv /var/spool/sms/outgoing/.mid-send /var/spool/sms/outgoing/mid-send");
  // The text stops the modem, or it would be sent before anybody could pull the plug.
  await guest.waitFor(async () => ((await faults(guest)).includes("hang") ? true : undefined), 60);
  await guest.sim.heal("poison-text", "SIM7600");
  await unplug(guest);
  await guest.sim.plug({ name: "SIM7600" });
  await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);
  await guest.waitFor("test -e /var/spool/sms/sent/mid-send", 180);
  await expectTalking(guest);
  expect((await guest.sim.sent("SIM7600")).map(({ text }) => text)).toEqual(["in the air"]);
  // Nothing was wrong with the modem.
  expect(
    (await timeline.events()).filter(({ code }) => code.startsWith("recovery-") || code.startsWith("at-reset")),
  ).toEqual([]);
});

async function faults(guest: Guest): Promise<string> {
  return JSON.stringify((await guest.sim.state())[0]?.faults);
}

/** Pulls the plug, and waits until the kernel has noticed. */
async function unplug(guest: Guest): Promise<void> {
  await guest.sim.unplug("SIM7600");
  await guest.waitFor("! test -e /sys/bus/usb/devices/1-1");
}
