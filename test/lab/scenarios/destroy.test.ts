import { expect } from "vitest";
import { apply, expectLinks, SIM7600_LINKS } from "../gateway.ts";
import type { Guest } from "../guest.ts";
import { ONE_SIM7600 } from "../inventories.ts";
import { scenario } from "../scenario.ts";

/*
 * `destroy` takes away what `apply` brought and puts back what it replaced: every file below /etc and /usr/local with its
 * mode and owner, the folders of Debian's smstools, its service enabled and running, accounts, and the ports without links.
 */
scenario("destroy leaves the host as it was before the first apply", "installed", async (guest) => {
  await guest.sim.plug({ model: "SIM7600", port: 0 });
  await guest.waitFor("test -e /dev/ttyUSB4 && udevadm settle");
  const before = await hostState(guest);

  await apply(guest, ONE_SIM7600);
  await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);
  expect(await hostState(guest)).not.toEqual(before);

  await guest.ok("provision destroy --yes 2>&1", { seconds: 180 });
  await guest.ok("udevadm settle");
  expect(await hostState(guest)).toEqual(before);
});

/** All that an apply may touch, as lines that can be compared. What smsd writes while it runs is left out. */
async function hostState(guest: Guest): Promise<readonly string[]> {
  const commands = [
    "find /etc /usr/local -xdev -printf '%p %y %m %u:%g %l\\n' | sort",
    "find /etc /usr/local -xdev -type f -print0 | sort -z | xargs -0 sha256sum",
    "find /var/spool/sms /var/log/smstools /var/lib/smstools /var/lib/modemkeeper -type d -printf '%p %m %u:%g\\n' | sort",
    "ls -l /dev | awk '/ttyUSB/ { print $1, $3, $4, $10 }'",
    "systemctl is-enabled smstools; systemctl is-active smstools; pgrep smsd > /dev/null && echo smsd runs",
    "systemctl show -p LoadState,FragmentPath,UnitFileState smstools modemkeeper",
    "getent passwd; getent group",
  ];
  const parts = [];
  for (const command of commands) parts.push((await guest.run(command)).stdout);
  return parts.join("").split("\n");
}
