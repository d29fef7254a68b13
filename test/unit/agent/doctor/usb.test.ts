import { describe, expect, it } from "vitest";
import { known } from "../../../../agent/doctor/known.ts";
import type { AttachedModem } from "../../../../core/model/attached-modem.ts";
import { attachedModem } from "../../../helpers/bus.ts";
import { sampleComposition, sampleInventory, sampleModel } from "../../../helpers/sample-inventory.ts";
import { healthyFacts } from "./doctor-facts.ts";
import { changed, expectOne } from "./judging.ts";

const AT = "2026-01-10T20:50:00+0000 jetson kernel: ";

function attached(...devices: readonly AttachedModem[]) {
  return changed("usb", { attached: known(devices) });
}

function kernel(...messages: readonly string[]) {
  return changed("usb", { kernel: known(messages.map((message) => AT + message)) });
}

function device(usb: string, classes: readonly string[], change: Partial<AttachedModem> = {}): AttachedModem {
  const interfaces = classes.map((one, number) => ({ number, class: one }));
  return { usb, sysName: "1-2.1", port: "platform-3610000.usb-usb-0:2.1", interfaces, ...change };
}

/** Nothing is installed yet. */
function fresh(facts = healthyFacts()) {
  const inventory = known({ state: "none", file: "/etc/modemkeeper/inventory.yaml" } as const);
  return changed("setup", { inventory, wanted: sampleInventory({ modems: [] }) }, facts);
}

describe("modems", () => {
  it("that the inventory lists and are not there are an error", () => {
    expectOne("modems", attached(), "error", /^SIM7600 \(SIM7600\) is not plugged in\.$/);
  });

  it("that are there and not listed are a warning, before there is an inventory a note", () => {
    const second = attachedModem("SIM7600", "3", 5);
    const both = attached(attachedModem("SIM7600", "2.1", 0), second);
    expectOne("modems", both, "warning", /1e0e:9001\) at .*:3 is a SIM7600, and no modem of the inventory/);
    expectOne("modems", fresh(), "info", /there is no inventory yet/);
  });

  it("of which there is none is a warning", () => {
    expectOne("modems", fresh(attached()), "warning", /No modem is plugged in/);
  });

  it("that are unknown but have terminals are a note; a webcam is nothing", () => {
    const stranger = device("dead:beef", ["ff/00/00"], {
      sysName: "1-4",
      interfaces: [{ number: 0, class: "ff/00/00", driver: "option", tty: "ttyUSB9" }],
    });
    expectOne(
      "modems",
      attached(attachedModem("SIM7600", "2.1", 0), stranger),
      "info",
      /has terminals, and is no modem that is known/,
    );
    const webcam = device("046d:0825", ["0e/01/00", "ff/ff/ff"], { sysName: "1-4" });
    expectOne("modems", attached(attachedModem("SIM7600", "2.1", 0), webcam), "ok", /SIM7600/);
  });
});

describe("usb-mode", () => {
  const tree = (usb: string) => known([{ sysName: "1-2.1", usb, isHub: false }]);
  it.each([
    ["Qualcomm's download mode", "05c6:9008", /emergency download mode/],
    ["a stick that is still a CD drive", "12d1:1446", /CD drive/],
    ["a HiLink stick", "12d1:14db", /HiLink/],
  ])("shows %s", (_what, usb, sentence) => {
    expectOne("usb-mode", changed("usb", { tree: tree(usb), attached: known([]) }), "error", sentence);
  });

  it("shows an EC25 that kept its id in download mode", () => {
    const bulk = device("2c7c:0125", ["ff/ff/ff"], { product: "QHSUSB__BULK" });
    expectOne(
      "usb-mode",
      changed("usb", { tree: tree("2c7c:0125"), attached: known([bulk]) }),
      "error",
      /kept its usual id/,
    );
  });
});

describe("usb-composition", () => {
  it("of a SIM7600 that shows too few ports is a warning", () => {
    expectOne(
      "usb-composition",
      attached(device("1e0e:9001", ["ff/ff/ff", "ff/ff/ff"])),
      "warning",
      /set of interfaces that is not known/,
    );
  });

  it("with network interfaces only is an error", () => {
    const { fix } = expectOne(
      "usb-composition",
      attached(device("1e0e:9001", ["e0/01/03", "0a/00/00"])),
      "error",
      /no AT port/,
    );
    expect(fix).toContain("CUSBPIDSWITCH");
  });

  it("of an unknown stick of a modem's maker with network interfaces only is a warning; a network adapter is nothing", () => {
    expectOne(
      "usb-composition",
      attached(device("1e0e:1111", ["02/06/00", "0a/00/00"])),
      "warning",
      /looks like a stick that is a router/,
    );
    expectOne("usb-composition", attached(device("0bda:8153", ["02/06/00", "0a/00/00"])), "ok", /is known/);
  });
});

describe("usb-driver", () => {
  const driver = (change: object) =>
    changed("usb", {
      driver: known({ release: "5.10.104-tegra", loaded: false, available: true, forbiddenBy: [], ...change }),
    });

  it("that the kernel lacks is an error", () => {
    expectOne("usb-driver", driver({ available: false }), "error", /5\.10\.104-tegra has no driver `option`/);
  });

  it("that a file forbids is an error", () => {
    expectOne("usb-driver", driver({ forbiddenBy: ["/etc/modprobe.d/no-usb.conf"] }), "error", /no-usb\.conf forbids/);
  });

  it("that is not loaded yet is none; that cannot be looked up is a note", () => {
    expectOne("usb-driver", driver({}), "ok", /is loaded when/);
    expectOne("usb-driver", driver({ available: undefined }), "info", /could not be seen/);
  });

  it("that does not know an id wants new_id", () => {
    const ports = ["02/06/00", "0a/00/00", "ff/ff/ff", "ff/ff/ff", "ff/ff/ff"];
    const ecm = sampleModel({
      compositions: [sampleComposition({ name: "ecm", usb: "1e0e:9018", interfaces: { 0: "02/06", 2: "ff" } })],
    });
    const facts = { ...attached(device("1e0e:9018", ports)), models: [ecm] };
    const { fix } = expectOne("usb-driver", facts, "error", /1e0e:9018.* has ports, but no driver/);
    expect(fix).toContain("echo 1e0e 9018 > /sys/bus/usb-serial/drivers/option1/new_id");
  });
});

describe("usb-autosuspend", () => {
  it("that is on is a warning", () => {
    const states = known({ "1-2.1": { deviceNumber: 4, powerControl: "auto", authorized: true } });
    expectOne("usb-autosuspend", changed("usb", { states }), "warning", /may put .*SIM7600.* to sleep/);
  });
});

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

  it("of a dead controller are an error", () => {
    expectOne(
      "usb-errors",
      kernel("xhci_hcd 0000:01:00.0: xHCI host controller not responding, assume dead"),
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
    ["hwmon hwmon1: Undervoltage detected!", /voltage fell too low 1 time/],
    ["raspberrypi-hwmon: Under-voltage detected! (0x00050005)", /voltage fell too low/],
    ["soctherm: OC ALARM 0x00000001", /voltage fell too low/],
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
