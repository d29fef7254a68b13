import { describe, expect, test } from "vitest";
import { KernelSide, openedSide } from "./kernel-side.ts";

const AT_IN = 5;
const AT_OUT = 3;

describe("faults", () => {
  test("a silent hang swallows writes until the action that heals it", async () => {
    const kernel = openedSide();
    await kernel.read(AT_IN);
    kernel.modem.faults.add({ kind: "hang", how: "silent", healedBy: ["usb-authorize"] });
    expect(kernel.write(AT_OUT, "AT\r")?.status).toBe(0);
    const waiting = kernel.submit("in", AT_IN, 64);
    kernel.portReset();
    kernel.setConfiguration(1);
    kernel.write(AT_OUT, "AT\r");
    expect(kernel.replies.has(waiting)).toBe(false);
    expect(kernel.modem.faults.list).toHaveLength(1);
    kernel.setConfiguration(0);
    kernel.setConfiguration(1);
    kernel.write(AT_OUT, "AT\r");
    expect(kernel.replies.get(waiting)?.data.toString()).toBe("\r\nOK\r\n");
  });

  test.each(["usb-reset", "usb-authorize", "power"] as const)("a hang of one port healed by %s alone", (only) => {
    const kernel = openedSide();
    kernel.modem.faults.add({ kind: "hang", interfaces: [2], healedBy: [only] });
    const acts = {
      "usb-reset": () => {
        kernel.portReset();
        kernel.setConfiguration(1);
      },
      "usb-authorize": () => {
        kernel.setConfiguration(0);
        kernel.setConfiguration(1);
      },
      power: () => kernel.enumerate(),
    };
    for (const other of ["usb-reset", "usb-authorize", "power"] as const) if (other !== only) acts[other]();
    expect(kernel.modem.faults.list).toHaveLength(1);
    acts[only]();
    expect(kernel.modem.faults.list).toEqual([]);
  });

  test("a pending hang takes nothing until it is healed", () => {
    const kernel = openedSide();
    kernel.modem.faults.add({ kind: "hang", how: "pending", interfaces: [2] });
    const stuck = kernel.submit("out", AT_OUT, 3, Buffer.from("AT\r"));
    expect(kernel.replies.has(stuck)).toBe(false);
    expect(kernel.write(4, "AT\r")?.status).toBe(0);
    kernel.portReset();
    kernel.setConfiguration(1);
    expect(kernel.replies.get(stuck)?.status).toBe(0);
  });

  test("a dead device does not even answer control requests", () => {
    const kernel = openedSide();
    kernel.modem.faults.add({ kind: "hang", how: "dead" });
    expect(kernel.control(0x80, 6, 0x0100, 0, 18)).toBeUndefined();
  });

  test("URB errors come as often as asked", () => {
    const kernel = openedSide();
    kernel.modem.faults.add({ kind: "urb-error", direction: "out", status: -71, count: 1, interfaces: [2] });
    expect(kernel.write(AT_OUT, "AT\r")?.status).toBe(-71);
    expect(kernel.write(AT_OUT, "AT\r")?.status).toBe(0);
  });

  test("while it boots its ports are there, but silent", async () => {
    const kernel = new KernelSide("SIM7600", { bootMs: 60 });
    kernel.modem.boot();
    kernel.enumerate();
    kernel.openPort(2);
    expect(kernel.write(AT_OUT, "AT\r")?.status).toBe(0);
    const waiting = kernel.submit("in", AT_IN, 64);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(kernel.replies.get(waiting)?.data.toString()).toBe("\r\n+CPIN: READY\r\n");
  });
});
