import { expect } from "vitest";
import type { Memory } from "../../../agent/model/memory.ts";
import { MEMORY } from "../../../agent/paths.ts";
import { editInventory, expectTalking, smsdPid, Timeline } from "../agent.ts";
import { expectLinks, expectSmsIn, expectSmsOut, SIM7600_LINKS } from "../gateway.ts";
import type { Guest } from "../guest.ts";
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

/** As the catalogue has it for a SIM7600. */
const BOOT_MS = 30_000;

/** What smsd says every second while the port is dead. */
const ERRORS = `while echo "$(date '+%Y-%m-%d %H:%M:%S'),3, SIM7600: Could not send string, cause: Input/output error"
do sleep 1; done >>/var/log/smstools/smsd.log
`;

/*
 * With the inventory that ships: I/O errors begin a recovery within seconds, though the checks that it takes otherwise are
 * half a minute's. And another SIM in the modem is told of.
 */
scenario(
  "default settings: I/O errors count at once; a SIM that was exchanged is noticed",
  "gateway",
  async (guest) => {
    const timeline = await Timeline.from(guest);
    await editInventory(guest, ONE_SIM7600);
    await timeline.wait("inventory-applied", 150);
    await expectTalking(guest);
    await expectBooted(guest);

    const errors = await Timeline.from(guest);
    await guest.write("/root/errors.sh", ERRORS);
    await guest.ok("systemd-run --quiet --unit=lab-errors sh /root/errors.sh");
    await errors.wait("recovery-begun", 20, "SIM7600");
    await guest.ok("systemctl stop lab-errors");
    await errors.wait("recovery-succeeded", 240);

    // Its reset was a coming and going, too.
    const exchange = await Timeline.from(guest);
    await guest.sim.unplug("SIM7600");
    await exchange.wait("modem-gone", 20);
    await guest.sim.plug({ name: "SIM7600", imsi: "262019999999999" });
    await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);
    await exchange.wait("sim-exchanged", 240);
    await expectSmsOut(guest, "sent with the other SIM");
  },
);

/** Before a modem has had its time to boot, counted from when the agent saw it first, nothing is held against it. */
async function expectBooted(guest: Guest): Promise<void> {
  const isBooted = async () => {
    const { modems } = JSON.parse(await guest.read(MEMORY)) as Memory;
    const since = modems.SIM7600?.attached?.since ?? Number.POSITIVE_INFINITY;
    // The agent's clock that does not jump is the kernel's uptime.
    const now = 1000 * Number(await guest.ok("cut -d ' ' -f 1 /proc/uptime"));
    return now - since > BOOT_MS ? true : undefined;
  };
  await guest.waitFor(isBooted, 90);
}
