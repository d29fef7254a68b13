import { expect } from "vitest";
import { ttysOf } from "../gateway.ts";
import type { Guest } from "../guest.ts";
import { scenario } from "../scenario.ts";

/*
 * The simulated modem is taken for hardware by the real kernel: the same drivers bind the same interfaces as with
 * the real one, and AT commands work through the tty that udev made. Everything else in the lab rests on this.
 */

scenario(
  "SIM7600: option takes interfaces 0-4, qmi_wwan 5, AT answers on 2, and all is gone with the plug",
  "fresh",
  async (guest) => {
    await guest.sim.plug({ model: "SIM7600", port: 0 });
    const ttys = await ttysOf(guest, "1-1", 5);
    expect([...ttys.keys()]).toEqual([0, 1, 2, 3, 4]);
    expect(await driverOf(guest, "1-1:1.5")).toBe("qmi_wwan");
    expect(await at(guest, ttys.get(2), "ATI")).toContain("SIMCOM_SIM7600G-H");
    expect(await guest.ok("cat /sys/bus/usb/devices/1-1/serial")).toBe("0123456789ABCDEF");

    await guest.sim.unplug();
    await guest.waitFor("! ls /dev/ttyUSB* 2>/dev/null && ! test -e /sys/bus/usb/devices/1-1");
  },
);

scenario("EC25: option takes interfaces 0-3, qmi_wwan 4", "fresh", async (guest) => {
  await guest.sim.plug({ model: "EC25", port: 2 });
  const ttys = await ttysOf(guest, "1-3", 4);
  expect([...ttys.keys()]).toEqual([0, 1, 2, 3]);
  expect(await driverOf(guest, "1-3:1.4")).toBe("qmi_wwan");
  expect(await at(guest, ttys.get(2), "ATI")).toContain("EC25");
});

scenario("two SIM7600 with one serial number have ttys of their own", "fresh", async (guest) => {
  const first = await guest.sim.plug({ model: "SIM7600", port: 0 });
  const second = await guest.sim.plug({ model: "SIM7600", port: 1 });
  const ttys = [...(await ttysOf(guest, "1-1", 5)).values(), ...(await ttysOf(guest, "1-2", 5)).values()];
  expect(new Set(ttys).size).toBe(10);

  await guest.sim.unplug(first);
  await guest.waitFor("test $(ls /dev/ttyUSB* | wc -l) = 5");
  const left = await ttysOf(guest, "1-2", 5);
  expect(await at(guest, left.get(2), "AT")).toContain("OK");
  expect(await guest.sim.journal(second)).toContainEqual(
    expect.objectContaining({ interface: 2, direction: ">", text: "AT" }),
  );
});

async function driverOf(guest: Guest, usbInterface: string): Promise<string> {
  return await guest.waitFor(`basename "$(readlink -e /sys/bus/usb/devices/${usbInterface}/driver)"`);
}

/** Says a command on a terminal, and returns what comes back until its OK. */
async function at(guest: Guest, tty: string | undefined, command: string): Promise<string> {
  const answer = "timeout --foreground 30 sed '/^OK/q' <&3";
  return await guest.ok(`stty -F ${tty} raw -echo && exec 3<>${tty} && printf '${command}\\r' >&3 && ${answer}`);
}
