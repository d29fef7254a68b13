import { describe, expect, test } from "vitest";
import { KernelSide, openedSide } from "./kernel-side.ts";

const AT_IN = 5;
const AT_OUT = 3;

/** Endpoints of an interface inside a configuration descriptor: `number class/sub/protocol: endpoints`. */
function layout(configuration: Buffer): string[] {
  const lines: string[] = [];
  for (let at = 0; at < configuration.length; at += configuration[at] ?? 1) {
    const part = configuration.subarray(at, at + (configuration[at] ?? 1));
    const hex = (index: number) => (part[index] ?? 0).toString(16).padStart(2, "0");
    if (part[1] === 4) lines.push(`${part[2]} ${hex(5)}/${hex(6)}/${hex(7)}`);
    if (part[1] === 5) lines.push(`${lines.pop()} ${hex(2)}${part[3] === 3 ? "i" : "b"}`);
  }
  return lines;
}

describe("enumeration", () => {
  test("a SIM7600 shows the descriptors of a published lsusb listing", () => {
    const { device, configuration, strings } = new KernelSide("SIM7600").enumerate();
    expect(device.toString("hex")).toBe("12010002000000400e1e01901803010203" + "01");
    expect(configuration.length).toBe(258);
    expect(configuration.subarray(0, 9).toString("hex")).toBe("09020201060100a0fa");
    expect(layout(configuration)).toEqual([
      "0 ff/ff/ff 81b 01b",
      "1 ff/00/00 82i 83b 02b",
      "2 ff/00/00 84i 85b 03b",
      "3 ff/00/00 86i 87b 04b",
      "4 ff/00/00 88i 89b 05b",
      "5 ff/ff/ff 8ai 8bb 06b",
    ]);
    expect(strings).toEqual(["SimTech, Incorporated", "SimTech, Incorporated", "0123456789ABCDEF"]);
  });

  test("an EC25 has exactly two endpoints on interface 0 and no serial number", () => {
    const { device, configuration, strings } = new KernelSide("EC25").enumerate();
    expect(device.subarray(8, 12).toString("hex")).toBe("7c2c2501");
    expect(layout(configuration)[0]).toBe("0 ff/ff/ff 81b 01b");
    expect(layout(configuration)).toHaveLength(5);
    expect(strings).toEqual(["EC25-E", "Quectel", ""]);
  });

  test("an EC25 in RNDIS mode keeps its id and moves its ports", () => {
    const { device, configuration } = new KernelSide("EC25-RNDIS").enumerate();
    expect(device.subarray(8, 12).toString("hex")).toBe("7c2c2501");
    expect(layout(configuration).map((line) => line.slice(0, 10))).toEqual([
      "0 e0/01/03",
      "1 0a/00/00",
      "2 ff/ff/ff",
      "3 ff/00/00",
      "4 ff/00/00",
      "5 ff/00/00",
    ]);
  });

  test("a device given as data is what it says", () => {
    const kernel = new KernelSide({
      name: "X1",
      usb: { id: "abcd:0042", interfaces: [{ number: 7, role: "at", class: "ff/01/02", endpoints: ["in", "out"] }] },
      values: { model: "X1-LTE" },
    });
    const { device, configuration } = kernel.enumerate();
    expect(device.subarray(8, 12).toString("hex")).toBe("cdab4200");
    expect(layout(configuration)).toEqual(["7 ff/01/02 81b 01b"]);
  });

  test("unknown requests stall", () => {
    const kernel = new KernelSide();
    expect(kernel.control(0x80, 6, 0x0f00, 0, 5)?.status).toBe(-32);
    expect(kernel.control(0xc0, 0x5a, 0, 0, 4)?.status).toBe(-32);
  });

  test("descriptors are cut to the length asked for", () => {
    expect(new KernelSide().control(0x80, 6, 0x0100, 0, 8)).toMatchObject({ status: 0, actual: 8 });
  });
});

describe("data", () => {
  test("AT is answered on the AT and the modem interface, nothing on the others", async () => {
    const kernel = openedSide();
    expect(await kernel.read(AT_IN)).toContain("OK");
    kernel.openPort(3);
    kernel.write(4, "ATE0\r");
    expect(await kernel.read(7)).toContain("OK");
    expect(kernel.write(1, "AT\r")?.status).toBe(0);
    expect(await kernel.read(1)).toBeUndefined();
  });

  test("a read that waits is completed when there is something to say", async () => {
    const kernel = openedSide();
    await kernel.read(AT_IN);
    const waiting = kernel.submit("in", AT_IN, 4096);
    expect(kernel.replies.has(waiting)).toBe(false);
    kernel.modem.receive({ from: "+4917100", text: "hello" });
    expect(kernel.replies.get(waiting)?.data.toString()).toBe('\r\n+CMTI: "ME",0\r\n');
  });

  test("a short buffer gets the rest with the next read", async () => {
    const kernel = openedSide();
    await kernel.read(AT_IN);
    kernel.write(AT_OUT, "AT+CGSN\r");
    const first = kernel.submit("in", AT_IN, 5);
    expect(kernel.replies.get(first)?.data.toString()).toBe("\r\n867");
    expect(await kernel.read(AT_IN)).toMatch(/^584.*OK\r\n$/s);
  });

  test("a closed port loses what is said to it", async () => {
    const kernel = openedSide();
    await kernel.read(AT_IN);
    kernel.control(0x21, 0x22, 0, 2, 0);
    kernel.modem.receive({ from: "+4917100", text: "nobody listens" });
    kernel.openPort(2);
    expect(await kernel.read(AT_IN)).toBeUndefined();
  });

  test("a waiting URB can be unlinked, an answered one not any more", async () => {
    const kernel = openedSide();
    await kernel.read(AT_IN);
    const waiting = kernel.submit("in", AT_IN, 64);
    expect(kernel.unlink(waiting)).toMatchObject({ kind: "unlink", status: -104 });
    expect(kernel.replies.has(waiting)).toBe(false);
    const answered = kernel.submit("out", AT_OUT, 3, Buffer.from("AT\r"));
    expect(kernel.unlink(answered)?.status).toBe(0);
    const interrupt = kernel.submit("in", 4, 10);
    expect(kernel.unlink(interrupt)?.status).toBe(-104);
  });

  test("commands that come in pieces are put together", () => {
    const kernel = new KernelSide();
    const header = Buffer.alloc(48);
    header.writeUInt32BE(1, 0);
    header.writeUInt32BE(99, 4);
    header.writeUInt32BE(1, 12);
    header.writeInt32BE(18, 24);
    Buffer.from("8006000100001200", "hex").copy(header, 40);
    kernel.device.receive(header.subarray(0, 20));
    expect(kernel.replies.size).toBe(0);
    kernel.device.receive(header.subarray(20));
    expect(kernel.replies.get(99)?.actual).toBe(18);
  });
});

describe("what the host does is told apart", () => {
  test("first plug is none of them", () => {
    const kernel = new KernelSide();
    kernel.enumerate();
    expect(kernel.actions).toEqual([]);
  });

  test("USB reset: descriptors again, then the same configuration", () => {
    const kernel = new KernelSide();
    kernel.enumerate();
    kernel.portReset();
    kernel.control(0x80, 6, 0x0200, 0, 258);
    kernel.control(0x80, 6, 0x0303, 0x409, 255);
    kernel.setConfiguration(1);
    expect(kernel.actions).toEqual(["usb-reset"]);
  });

  test("authorized 0 and 1: configuration 0, then 1", () => {
    const kernel = new KernelSide();
    kernel.enumerate();
    kernel.setConfiguration(0);
    kernel.control(0x80, 6, 0x0100, 0, 18);
    kernel.setConfiguration(1);
    expect(kernel.actions).toEqual(["usb-authorize"]);
  });

  test("port switched off and on: a whole new enumeration", () => {
    const kernel = new KernelSide();
    kernel.enumerate();
    kernel.enumerate();
    expect(kernel.actions).toEqual(["power"]);
  });
});
