import { expect } from "vitest";
import { apply, expectIdle, expectLinks, expectSmsIn, expectSmsOut, SIM7600_LINKS, ttysOf } from "../gateway.ts";
import { ONE_SIM7600 } from "../inventories.ts";
import { scenario } from "../scenario.ts";

/*
 * Another modem is a matter of the inventory alone: first one that the catalogue knows, then one that neither it nor the
 * kernel's option driver has ever heard of.
 */
scenario("an EC25 in place of the SIM7600, with only the inventory changed", "installed", async (guest) => {
  await guest.sim.plug({ name: "old", model: "SIM7600", port: 0 });
  await ttysOf(guest, "1-1", 5);
  await apply(guest, ONE_SIM7600);
  await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);

  await guest.sim.unplug("old");
  await guest.sim.plug({ name: "new", model: "EC25", port: 0 });
  // What apply is to make links for must be there when it begins.
  await ttysOf(guest, "1-1", 4);
  await apply(guest, "version: 1\nmodems:\n  - name: EC25\n    model: EC25\n");

  const links = (await guest.ok("ls /dev | grep ttyUSB_")).split("\n");
  expect(links).toContain("ttyUSB_EC25_AT");
  expect(links.filter((link) => link.startsWith("ttyUSB_SIM7600"))).toEqual([]);
  await expectSmsOut(guest, "sent by the EC25", "new");
  await expectSmsIn(guest, "received by the EC25", "new");
  await expectIdle(guest);
});

const ACME = `version: 1
modems:
  - name: ACME
    model: acme-4g
models:
  - name: acme-4g
    title: Acme 4G
    source: made up for this scenario
    at:
      reset: AT+CFUN=1,1
      firmware: { command: AT+CGMR, pattern: "B(\\\\d+)" }
    compositions:
      - name: serial
        usb: 1209:0f4c
        interfaces: { 0: ff/ff/ff, 1: ff/00/00, 2: ff/00/00 }
        roles: { DIAG: 0, AT: 1, NMEA: 2 }
        new_id: true
        source: made up for this scenario
    smsd: { memory_start: 0 }
`;

const BULK = ["interrupt", "in", "out"] as const;

scenario(
  "a model that neither the catalogue nor the kernel knows, added in the inventory only",
  "installed",
  async (guest) => {
    const interfaces = [
      { number: 0, role: "diag", class: "ff/ff/ff", endpoints: ["in", "out"] },
      { number: 1, role: "at", class: "ff/00/00", endpoints: BULK },
      { number: 2, role: "nmea", class: "ff/00/00", endpoints: BULK },
    ] as const;
    const usb = { id: "1209:0f4c", product: "Acme 4G", interfaces };
    await apply(guest, ACME);
    await guest.sim.plug({ name: "acme", port: 3, model: { base: "SIM7600", name: "acme-4g", usb } });
    await expectLinks(guest, "ACME", "1-4", { DIAG: "00", AT: "01", NMEA: "02" });
    await expectSmsOut(guest, "sent by a stranger", "acme");
    await expectSmsIn(guest, "received by a stranger", "acme");
    await expectIdle(guest);
  },
);
