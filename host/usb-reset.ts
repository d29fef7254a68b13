import usb from "usb/dist/usb/index.js";

/*
 * Resets one USB device by libusb: `node usb-reset.js 1-2.1`. A program of its own, because opening and resetting a dead
 * device can hold the calling thread in the kernel for 84 s, where no signal reaches it.
 */

const sysName = process.argv[2] ?? "";
const found = usb.INIT_ERROR
  ? undefined
  : usb.getDeviceList().find(({ busNumber, portNumbers }) => `${busNumber}-${portNumbers?.join(".")}` === sysName);

if (!found) fail("it is not on the bus");
else {
  try {
    found.open();
    found.reset((error) => (error ? fail(String(error.message)) : process.exit(0)));
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

/** At once, without giving anything back: closing a device that does not answer waits, too. */
function fail(why: string): void {
  process.stderr.write(`cannot reset ${sysName}: ${why}\n`);
  process.exit(1);
}
