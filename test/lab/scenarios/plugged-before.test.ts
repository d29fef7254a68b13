import { expect } from "vitest";
import { agentState } from "../agent.ts";
import { complaints } from "../doctor.ts";
import { apply, expectIdle, expectLinks, expectSmsIn, expectSmsOut, provision, SIM7600_LINKS } from "../gateway.ts";
import { ONE_SIM7600 } from "../inventories.ts";
import { scenario } from "../scenario.ts";

/** What is wrong with smstools as Debian installs it, next to ModemManager. */
const OUT_OF_THE_BOX = ["modemmanager", "old-service", "smsd-package", "smsd-conf", "smsd-log"];

/*
 * The modem is there before `apply`, and so is Debian's smstools with its own service: afterwards the links are right
 * without a replug, messages go both ways through the real smsd, a second apply finds nothing to do, and doctor nothing to
 * complain of.
 */
scenario(
  "a modem that is plugged in before apply works at once, and a second apply changes nothing",
  "installed",
  async (guest) => {
    const now = async () => Number(await guest.ok("date +%s")) * 1000;
    const unplugged = await now();
    await guest.sim.plug({ model: "SIM7600", port: 0 });
    await guest.waitFor("test -e /dev/ttyUSB4");
    // It tries its port, which it may not open, for half a minute.
    await guest.waitFor("grep -q 'GSM1) terminated while mainprocess' /var/log/smstools/smsd.log", 90);
    expect((await complaints(guest)).map(({ check }) => check)).toEqual(OUT_OF_THE_BOX);
    const beforeAgent = await now();

    await apply(guest, ONE_SIM7600);
    await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);
    await expectSmsOut(guest, "the first message out");
    await expectSmsIn(guest, "the first message in");
    // Nobody is there to take it, which a minute later is worth a warning.
    await guest.ok("rm /var/spool/sms/incoming/*");

    const before = await guest.ok(
      "systemctl show -p MainPID --value smstools; cat /var/lib/modemkeeper/generations/* | sha256sum",
    );
    await expectIdle(guest);
    expect(await guest.ok("provision apply --yes -i /root/inventory.yaml 2>&1")).toMatch(
      /nothing to do|no changes|0 to add/i,
    );
    expect(
      await guest.ok("systemctl show -p MainPID --value smstools; cat /var/lib/modemkeeper/generations/* | sha256sum"),
    ).toBe(before);

    const verified = await provision(guest, "verify");
    expect(verified.code, verified.output).toBe(0);
    expect(await complaints(guest)).toEqual([]);

    // The agent came later, and knows how long the modem has been there all the same.
    const since = Date.parse((await agentState(guest)).modems[0]?.since ?? "");
    expect(since).toBeGreaterThanOrEqual(unplugged);
    expect(since).toBeLessThan(beforeAgent);
  },
);
