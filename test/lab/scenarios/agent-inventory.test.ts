import { expect } from "vitest";
import { editInventory, expectTalking, smsdPid, Timeline } from "../agent.ts";
import { expectLinks, expectSmsIn, expectSmsOut, SIM7600_LINKS } from "../gateway.ts";
import { ONE_SIM7600, quickInventory } from "../inventories.ts";
import { scenario } from "../scenario.ts";

/*
 * The installed inventory is edited while all runs: a further modem is taken over without a restart of the agent; one
 * with errors is refused with a finding, and what was in force stays so.
 */
scenario("an inventory edited by hand is taken over, a bad one refused", "gateway", async (guest) => {
  const agent = await guest.ok("systemctl show -P MainPID modemkeeper");
  await guest.sim.plug({ name: "second", model: "EC25", port: 1, imei: "867584030000002" });
  const good = quickInventory().replace("watchdog:", "  - name: EC25\n    model: EC25\nwatchdog:");

  const timeline = await Timeline.from(guest);
  await editInventory(guest, "version: 1\nmodems:\n  - name: SIM7600\n    modle: SIM7600\n");
  await timeline.wait("inventory-invalid", 60);
  const before = await smsdPid(guest, "MAINPROCESS");
  await expectTalking(guest);
  expect(await smsdPid(guest, "MAINPROCESS")).toBe(before);

  await editInventory(guest, good);
  await timeline.wait("inventory-applied", 150);
  await expectLinks(guest, "EC25", "1-2", { DIAG: "00", NMEA: "01", AT: "02", MODEM: "03" });
  await expectTalking(guest, "EC25", 90);
  await expectTalking(guest, "SIM7600");
  await expectSmsIn(guest, "to the new one", "second");
  expect(await guest.ok("systemctl show -P MainPID modemkeeper")).toBe(agent);
});

/*
 * With the inventory that ships: a first I/O error begins a recovery within ten seconds, though checks are half a minute
 * apart. And another SIM in the modem is told of.
 */
scenario(
  "default settings: I/O errors count at once; a SIM that was exchanged is noticed",
  "gateway",
  async (guest) => {
    const timeline = await Timeline.from(guest);
    await editInventory(guest, ONE_SIM7600);
    await timeline.wait("inventory-applied", 150);
    await expectTalking(guest);

    const errors = await Timeline.from(guest);
    const error = "3, SIM7600: Could not send string, cause: Input/output error";
    const once = `echo "$(date '+%Y-%m-%d %H:%M:%S'),${error}" >>/var/log/smstools/smsd.log`;
    await guest.ok(`for count in 1 2 3; do ${once}; sleep 1; done`);
    await errors.wait("recovery-begun", 10, "SIM7600");
    await errors.wait("recovery-succeeded", 60);

    await guest.sim.unplug("SIM7600");
    await timeline.wait("modem-gone", 20);
    await guest.sim.plug({ name: "SIM7600", imsi: "262019999999999" });
    await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);
    await timeline.wait("sim-exchanged", 120);
    await expectSmsOut(guest, "sent with the other SIM");
  },
);
