import { expect } from "vitest";
import { apply, expectIdle, expectLinks, expectSmsIn, SIM7600_LINKS } from "../gateway.ts";
import { scenario } from "../scenario.ts";

const INVENTORY = `version: 1
modems:
  - name: LEFT
    model: SIM7600
    match: { port: platform-vhci_hcd.0-usb-0:1 }
  - name: RIGHT
    model: SIM7600
    match: { port: platform-vhci_hcd.0-usb-0:2 }
`;

/*
 * Two modems of one kind have one serial number (0123456789ABCDEF), so only the port they are plugged into tells them
 * apart. Whichever comes first, each name keeps meaning the same port, and a message shows the name of the modem that
 * took it.
 */
scenario(
  "two SIM7600 with one serial number keep their names when they are plugged in the other order",
  "installed",
  async (guest) => {
    await guest.sim.plug({ name: "LEFT", model: "SIM7600", port: 0 });
    await guest.waitFor("test -e /dev/ttyUSB4");
    await guest.sim.plug({ name: "RIGHT", model: "SIM7600", port: 1 });
    await guest.waitFor("test -e /dev/ttyUSB9");
    await apply(guest, INVENTORY);
    await expectLinks(guest, "LEFT", "1-1", SIM7600_LINKS);
    await expectLinks(guest, "RIGHT", "1-2", SIM7600_LINKS);

    await guest.sim.unplug("LEFT");
    await guest.sim.unplug("RIGHT");
    await guest.waitFor("! ls /dev/ttyUSB[0-9]*");
    await guest.sim.plug({ name: "RIGHT" });
    await guest.waitFor("test $(ls -d /sys/class/tty/ttyUSB* | wc -l) = 5");
    await guest.sim.plug({ name: "LEFT" });

    await expectLinks(guest, "LEFT", "1-1", SIM7600_LINKS);
    await expectLinks(guest, "RIGHT", "1-2", SIM7600_LINKS);
    expect(await expectSmsIn(guest, "to the left one", "LEFT")).toMatch(/^Modem: LEFT$/m);
    expect(await expectSmsIn(guest, "to the right one", "RIGHT")).toMatch(/^Modem: RIGHT$/m);
    await expectIdle(guest);
  },
);
