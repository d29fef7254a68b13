import { expect } from "vitest";
import { apply, expectIdle, expectLinks, expectSmsOut, SIM7600_LINKS, ttysOf } from "../gateway.ts";
import { ONE_SIM7600 } from "../inventories.ts";
import { scenario } from "../scenario.ts";

const RENAMED = `version: 1
modems:
  - name: OTHER
    model: SIM7600
smsd:
  settings: { delaytime: 7 }
`;

/*
 * `rollback` makes the host as the generation before had it: files to the byte, links under the old name, and a gateway
 * that works; the inventory that is installed beside them is the old one, too.
 */
scenario("rollback brings the previous generation back", "installed", async (guest) => {
  await guest.sim.plug({ model: "SIM7600", port: 0 });
  // A modem that comes while apply runs may be a reason for the agent to apply once more, at the same time as we.
  await ttysOf(guest, "1-1", 5);
  await apply(guest, ONE_SIM7600);
  const files = "cat /etc/smsd.conf /etc/udev/rules.d/78-modemkeeper.rules /etc/modemkeeper/inventory.yaml";
  const before = await guest.ok(files);

  await apply(guest, RENAMED);
  await expectLinks(guest, "OTHER", "1-1", SIM7600_LINKS);
  expect(await guest.ok(files)).not.toBe(before);

  await guest.ok("provision rollback --yes 2>&1", { seconds: 180 });
  expect(await guest.ok(files)).toBe(before);
  await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);
  await expectLinks(guest, "OTHER", "1-1", {});
  await expectSmsOut(guest, "sent after the rollback");

  await guest.write("/root/inventory.yaml", ONE_SIM7600);
  await expectIdle(guest);
});
