import { describe, expect, it } from "vitest";
import { known } from "../../../../agent/doctor/known.ts";
import { changed, expectOne } from "./judging.ts";

const AT = "2026-01-10T20:50:00+0000 jetson kernel: ";

function kernel(...messages: readonly string[]) {
  return changed("usb", { kernel: known(messages.map((message) => AT + message)) });
}

describe("usb-disconnects", () => {
  const gone = (minute: number) =>
    `2026-01-10T20:${minute}:00+0000 jetson kernel: usb 1-2.1: USB disconnect, device number ${minute}`;

  it("that are many are a warning that names the modem", () => {
    const facts = changed("usb", { kernel: known([gone(10), gone(20), gone(30)]) });
    const { evidence } = expectOne(
      "usb-disconnects",
      facts,
      "warning",
      /^SIM7600 at 1-2\.1 dropped off the bus 3 times since boot, 3 of them/,
    );
    expect(evidence).toContain("usb 1-2.1: USB disconnect, device number 30");
  });

  it("that are few, or long ago, are a note", () => {
    expectOne("usb-disconnects", changed("usb", { kernel: known([gone(10)]) }), "info", /1 time since boot/);
    const old = [1, 2, 3, 4].map(
      (day) => `2026-01-0${day}T20:00:00+0000 jetson kernel: usb 1-2.1: USB disconnect, device number 7`,
    );
    expectOne("usb-disconnects", changed("usb", { kernel: known(old) }), "info", /4 times since boot, 0 of them/);
  });

  it("of a modem that has not come back are counted, those of a mouse are not", () => {
    const found = "usb 1-4: New USB device found, idVendor=1e0e, idProduct=9001, bcdDevice= 3.18";
    expectOne(
      "usb-disconnects",
      kernel(found, "usb 1-4: USB disconnect, device number 9"),
      "info",
      /^The modem 1e0e:9001 that was at 1-4/,
    );
    const mouse = "usb 1-4: New USB device found, idVendor=046d, idProduct=c077, bcdDevice=72.00";
    expectOne("usb-disconnects", kernel(mouse, "usb 1-4: USB disconnect, device number 9"), "ok", /No modem dropped/);
  });
});

describe("usb-errors", () => {
  it.each([
    ["usb 1-2.1: device descriptor read/64, error -71", /-71, noise/, "cable"],
    ["usb 1-2.1: device not accepting address 12, error -71", /-71, noise/, "cable"],
    ["option1 ttyUSB2: usb_wwan_indat_callback: nonzero status: -71 on endpoint 83.", /-71, noise/, "cable"],
    ["usb 1-2.1: device descriptor read/all, error -110", /-110, no answer/, "modem reset"],
    ["usb 1-2.1: can't set config #1, error -32", /-32, a stall/, "cable"],
    ["usb 1-2-port1: unable to enumerate USB device", /could not be enumerated/, "cable"],
    ["hub 1-2:1.0: port 1 disabled by hub (EMI?), re-enabling...", /switched it off/, "cable"],
    ["usb 1-2-port1: disabled by hub (EMI?), re-enabling...", /switched it off/, "cable"],
  ])("%s", (line, sentence, fix) => {
    const result = expectOne("usb-errors", kernel(line), "warning", sentence);
    expect(result.sentence).toContain("SIM7600 at 1-2.1");
    expect(result.fix).toContain(fix);
  });

  it("of what never said what it is name the place", () => {
    expectOne(
      "usb-errors",
      kernel("usb usb1-port4: unable to enumerate USB device"),
      "warning",
      /^What is at 1-4: 1 error/,
    );
  });

  it("are not what a device says of itself", () => {
    expectOne("usb-errors", kernel("usb 1-2.1: Product: Modem: error -71"), "ok", /no error/);
  });

  it("of a dead controller are an error", () => {
    expectOne(
      "usb-errors",
      kernel("tegra-xusb 3610000.usb: xHCI host controller not responding, assume dead"),
      "error",
      /controller died/,
    );
  });

  it("of cards, disks and other devices are not ours", () => {
    const lines = [
      "mmc0: error -110 whilst initialising SD card",
      "usb 1-3: device descriptor read/64, error -71",
      "ata1: failed with error -110",
    ];
    expectOne("usb-errors", kernel(...lines), "ok", /no error/);
  });
});

describe("usb-power", () => {
  it.each([
    ["hwmon hwmon1: Undervoltage detected!", /own supply was too weak 1 time/],
    ["raspberrypi-hwmon: Under-voltage detected! (0x00050005)", /own supply was too weak/],
    ["soctherm: OC ALARM 0x00000001", /own supply was too weak/],
    ["usb 1-2-port1: over-current condition", /over its current 1 time/],
    ["usb usb1-port2: over-current change #3", /over its current/],
    ["hub 1-0:1.0: over-current condition on port 2", /over its current/],
  ])("%s", (line, sentence) => {
    expectOne("usb-power", kernel(line), "warning", sentence);
  });

  it("says that a hub before a modem has no supply of its own", () => {
    const tree = known([
      { sysName: "1-2", usb: "05e3:0608", isHub: true, selfPowered: false, mostCurrent: 100 },
      { sysName: "1-2.1", usb: "1e0e:9001", isHub: false, selfPowered: false, mostCurrent: 500 },
    ]);
    expectOne("usb-power", changed("usb", { tree }), "warning", /asks for 500 mA behind hub 1-2 \(05e3:0608\)/);
  });
});

describe("usb-speed", () => {
  it("that is too low is a warning", () => {
    const tree = known([{ sysName: "1-2.1", usb: "1e0e:9001", speed: 12, version: 2, isHub: false }]);
    expectOne("usb-speed", changed("usb", { tree }), "warning", /runs at 12 Mbit\/s/);
  });
});

describe("crashes", () => {
  it.each([
    "Out of memory: Killed process 812 (smsd) total-vm:9000kB, anon-rss:5700kB, file-rss:0kB, shmem-rss:0kB, UID:110 pgtables:52kB oom_score_adj:0",
    "smsd[812]: segfault at 0 ip 0000aaaac3b1 sp 0000ffffe1 error 4 in smsd[aaaac3b0+20000]",
  ])("%s", (line) => {
    expectOne("crashes", kernel(line), "warning", /ended smsd 1 time/);
  });

  it("of others are not ours", () => {
    expectOne("crashes", kernel("Out of memory: Killed process 77 (chromium) total-vm:9000kB"), "ok", /neither/);
  });
});
