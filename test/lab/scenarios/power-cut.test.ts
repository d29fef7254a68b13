import { expect } from "vitest";
import { apply, expectIdle, expectLinks, expectSmsIn, expectSmsOut, SIM7600_LINKS } from "../gateway.ts";
import { ONE_SIM7600 } from "../inventories.ts";
import { scenario } from "../scenario.ts";

/*
 * What `apply` said it did is on the disk when it says so: the power goes right after it, and the next boot brings a
 * gateway that works by itself as soon as a modem is plugged in, with nothing left to do.
 */
scenario("power lost right after apply: the next boot is a working gateway", "installed", async (guest) => {
  await apply(guest, ONE_SIM7600);
  await guest.powerCut();
  await guest.sim.start();
  await guest.waitFor("systemctl is-active smstools", 60);
  await guest.sim.plug({ model: "SIM7600", port: 0 });
  await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);
  await expectSmsOut(guest, "sent after the power cut");
  await expectSmsIn(guest, "received after the power cut");
  await guest.write("/root/inventory.yaml", ONE_SIM7600);
  await expectIdle(guest);
  expect(await guest.ok("systemctl --failed --no-legend")).toBe("");
});
