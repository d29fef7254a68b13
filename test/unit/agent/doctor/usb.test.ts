import { describe, expect, it } from "vitest";
import { known } from "../../../../agent/doctor/known.ts";
import type { AttachedModem } from "../../../../core/model/attached-modem.ts";
import { attachedModem } from "../../../helpers/bus.ts";
import { sampleComposition, sampleInventory, sampleModel } from "../../../helpers/sample-inventory.ts";
import { healthyFacts } from "./doctor-facts.ts";
import { changed, expectOne } from "./judging.ts";

function attached(...devices: readonly AttachedModem[]) {
  return changed("usb", { attached: known(devices) });
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
