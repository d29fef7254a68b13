import { expect } from "vitest";
import { complaints } from "../doctor.ts";
import { apply, expectLinks, expectSmsIn, expectSmsOut, SIM7600_LINKS } from "../gateway.ts";
import type { Guest } from "../guest.ts";
import { ONE_SIM7600 } from "../inventories.ts";
import { scenario } from "../scenario.ts";

/** Commands with which ModemManager asks a port what it is, and neither smsd nor the agent ever does. */
const PROBES = /AT\+GCAP|AT\+CGMM|AT\+GMM|ATI|AT\+CSCS|AT\+IFC/i;
/** smsd's port, and the second one, on which the agent asks and listens. */
const OURS = [2, 3];
/** The agent is Node. */
const HOLDERS = ["smsd", "node", ""];

/*
 * Ubuntu and many images run ModemManager, which opens every modem's ports and talks between smsd's commands. Left alone
 * it takes this modem, too (or the scenario would prove nothing); after `apply` it never opens a port of it.
 */
scenario("ModemManager, installed and running, never opens the ports of our modem", "installed", async (guest) => {
  await guest.ok("systemctl unmask ModemManager && systemctl start ModemManager", { seconds: 60 });
  await guest.sim.plug({ model: "SIM7600", port: 0 });
  await guest.waitFor(async () => ((await probes(guest, 0)).length > 0 ? true : undefined), 60);

  expect((await complaints(guest, "modemmanager")).map(({ level }) => level)).toEqual(["error"]);

  await apply(guest, ONE_SIM7600);
  await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);
  await guest.sim.unplug();
  await guest.waitFor("! ls /dev/ttyUSB*");

  const since = (await guest.sim.journal()).at(-1)?.at ?? 0;
  await guest.sim.plug({ name: "SIM7600" });
  await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);
  await expectSmsOut(guest, "sent beside ModemManager");
  await expectSmsIn(guest, "received beside ModemManager");
  // Longer than it took to be probed above: ModemManager waits up to 6 s for more ports before it opens one.
  const look = "fuser /dev/cdc-wdm* $(ls /dev/ttyUSB[0-9]*) 2>/dev/null; sleep 0.1";
  await guest.ok(`end=$(($(date +%s) + 15)); while [ $(date +%s) -lt $end ]; do ${look}; done > /tmp/holders`);
  const holders = await guest.ok(
    "for pid in $(tr -s ' ' '\\n' < /tmp/holders | sort -u); do cat /proc/$pid/comm; done | sort -u",
  );
  expect(holders.split("\n").filter((name) => !HOLDERS.includes(name))).toEqual([]);
  expect(await probes(guest, since)).toEqual([]);
  expect(await guest.ok("systemctl is-active ModemManager")).toBe("active");
  expect(await complaints(guest, "modemmanager", "port-holders")).toEqual([]);
  expect(await guest.ok("mmcli -L 2>&1")).toMatch(/No modems were found/);
});

/** What was asked that we do not ask, after a moment of the simulator's own clock. */
async function probes(guest: Guest, since: number): Promise<readonly string[]> {
  const said = (await guest.sim.journal()).filter(({ at, direction }) => at > since && direction === ">");
  return said
    .filter((entry) => PROBES.test(entry.text) || !OURS.includes(entry.interface))
    .map(({ interface: n, text }) => `${n} ${text}`);
}
