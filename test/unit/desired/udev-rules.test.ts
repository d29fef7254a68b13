import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Modem } from "../../../core/model/inventory.ts";
import { buildDesired } from "../../../provision/desired/build.ts";
import {
  programTemplates,
  sampleComposition,
  sampleInventory,
  sampleModel,
  sampleModem,
} from "../../helpers/sample-inventory.ts";
import { matches, parseRules, type UdevRule } from "../../helpers/udev-rules.ts";

const PATH = "/etc/udev/rules.d/78-modemkeeper.rules";

function rulesFor(modems: readonly Modem[]): readonly UdevRule[] {
  const desired = buildDesired({
    inventory: sampleInventory({ modems }),
    inventoryText: "",
    secrets: new Map(),
    templates: programTemplates(),
  });
  const file = desired.resources.find(({ id }) => id === `file:${PATH}`);
  if (file?.kind !== "file") throw new Error("no rules");
  return parseRules(file.content.masked);
}

/** Links that a terminal with these properties gets. */
function linksOf(rules: readonly UdevRule[], env: Readonly<Record<string, string>>, attrs = {}): readonly string[] {
  const hits = rules.filter((rule) => matches(rule, env, attrs));
  return hits.flatMap((rule) => rule.filter(({ key }) => key === "SYMLINK").map(({ value }) => value));
}

function terminal(usb: string, port: string, number: number, interfaces = ":ffffff:"): Record<string, string> {
  const [vendor = "", product = ""] = usb.split(":");
  return {
    ID_VENDOR_ID: vendor,
    ID_MODEL_ID: product,
    ID_PATH: `${port}:1.${number}`,
    ID_USB_INTERFACE_NUM: number.toString(16).padStart(2, "0"),
    ID_USB_INTERFACES: interfaces,
  };
}

const LEFT = "platform-3610000.usb-usb-0:2.1";
const RIGHT = "platform-3610000.usb-usb-0:2.2";
const SELECTED_BY = ["ID_VENDOR_ID", "ID_MODEL_ID", "ID_PATH", "ID_USB_INTERFACES", "ID_USB_INTERFACE_NUM"];

const classModel = sampleModel({
  name: "stick",
  compositions: [
    sampleComposition({
      name: "serial",
      usb: "12d1:1506",
      interfaces: { 0: "ff" },
      roles: { AT: { class: "ff/01/02|ff/02/02" }, GPS: { class: "ff/01/14" } },
    }),
  ],
});
const movingModel = sampleModel({
  name: "EC25",
  compositions: [
    sampleComposition({ usb: "2c7c:0125", roles: { AT: { interface: 2 } } }),
    sampleComposition({
      name: "rndis",
      usb: "2c7c:0125",
      interfaces: { 0: "e0/01/03", 1: "0a", 4: "ff" },
      roles: { AT: { interface: 4 } },
    }),
  ],
});

describe("rules", () => {
  it("name all five ports of one SIM7600", () => {
    const rules = rulesFor([sampleModem()]);
    const names = [0, 1, 2, 3, 4, 5].flatMap((number) => linksOf(rules, terminal("1e0e:9001", LEFT, number)));
    expect(names).toEqual(["DIAG", "NMEA", "AT", "VOICE", "AUDIO"].map((role) => `ttyUSB_SIM7600_${role}`));
  });

  it("never mix attributes of two parents, and run nothing", () => {
    const modems = [sampleModem(), sampleModem({ name: "B", model: classModel }), sampleModem({ model: movingModel })];
    for (const rule of rulesFor(modems)) {
      const parents = rule.filter(({ key }) => /^(ATTRS|SUBSYSTEMS|KERNELS|DRIVERS)\b/.test(key));
      // All attributes named bInterface… belong to the interface.
      for (const { key } of parents) expect(key).toMatch(/^ATTRS\{bInterface(Class|SubClass|Protocol)\}$/);
      expect(rule.map(({ key }) => key)).not.toContain("RUN");
    }
  });

  it("give two alike their own links, by port, whichever is the one without", () => {
    for (const ports of [
      [LEFT, RIGHT],
      [LEFT, undefined],
      [undefined, RIGHT],
    ] as const) {
      const [a, b] = ports.map((port) => (port === undefined ? {} : { port }));
      const rules = rulesFor([sampleModem({ name: "A", match: a ?? {} }), sampleModem({ name: "B", match: b ?? {} })]);
      expect(linksOf(rules, terminal("1e0e:9001", LEFT, 2))).toEqual(["ttyUSB_A_AT"]);
      expect(linksOf(rules, terminal("1e0e:9001", RIGHT, 2))).toEqual(["ttyUSB_B_AT"]);
    }
  });

  it("take no port for one whose path begins alike", () => {
    const rules = rulesFor([sampleModem({ match: { port: "pci-0000:00:14.0-usb-0:2" } })]);
    expect(linksOf(rules, terminal("1e0e:9001", "pci-0000:00:14.0-usb-0:2", 2))).toEqual(["ttyUSB_SIM7600_AT"]);
    expect(linksOf(rules, terminal("1e0e:9001", "pci-0000:00:14.0-usb-0:2.1", 2))).toEqual([]);
    expect(linksOf(rules, terminal("1e0e:9001", "pci-0000:00:14.0-usb-0:21", 2))).toEqual([]);
  });

  it("follow a port that moves between compositions with one id", () => {
    const rules = rulesFor([sampleModem({ name: "E", model: movingModel })]);
    const qmi = terminal("2c7c:0125", LEFT, 2, ":ffffff:ff0000:");
    const rndis = (number: number) => terminal("2c7c:0125", LEFT, number, ":e00103:0a0000:ff0000:");
    expect(linksOf(rules, qmi)).toEqual(["ttyUSB_E_AT"]);
    expect(linksOf(rules, rndis(4))).toEqual(["ttyUSB_E_AT"]);
    expect(linksOf(rules, rndis(2))).toEqual([]);
  });

  it("select by class where numbers move", () => {
    const rules = rulesFor([sampleModem({ name: "S", model: classModel })]);
    const port = (subclass: string, protocol: string) =>
      linksOf(rules, terminal("12d1:1506", LEFT, 7), {
        bInterfaceClass: "ff",
        bInterfaceSubClass: subclass,
        bInterfaceProtocol: protocol,
      });
    expect(port("01", "02")).toEqual(["ttyUSB_S_AT"]);
    expect(port("02", "02")).toEqual(["ttyUSB_S_AT"]);
    expect(port("01", "14")).toEqual(["ttyUSB_S_GPS"]);
    expect(port("02", "14")).toEqual([]);
  });

  it("never give one link to two terminals", () => {
    const port = fc.constantFrom(LEFT, RIGHT, "pci-0000:00:14.0-usb-0:2");
    fc.assert(
      fc.property(fc.uniqueArray(port, { minLength: 1 }), fc.boolean(), (ports, oneWithout) => {
        const modems = ports.map((path, index) =>
          sampleModem({ name: `M${index}`, match: oneWithout && index === 0 ? {} : { port: path } }),
        );
        const rules = rulesFor(modems);
        const numbers = [0, 1, 2, 3, 4];
        const links = ports.flatMap((path) =>
          numbers.flatMap((number) => linksOf(rules, terminal("1e0e:9001", path, number))),
        );
        expect(links).toHaveLength(ports.length * numbers.length);
        expect(new Set(links).size).toBe(links.length);
      }),
      { numRuns: 20 },
    );
  });

  it("touch no other device, not even one with an odd id", () => {
    const rules = rulesFor([sampleModem()]).filter((rule) => rule.some(({ key }) => key === "SYMLINK"));
    expect(rules.length).toBeGreaterThan(0);
    for (const rule of rules) {
      const tested = rule.filter(({ operator }) => operator === "==").map(({ key }) => key);
      expect(tested).toContain("ENV{ID_VENDOR_ID}");
      expect(tested).toContain("ENV{ID_MODEL_ID}");
      const named = tested.map((key) => /^ENV\{(.*)\}$/.exec(key)?.[1]);
      expect(SELECTED_BY).toEqual(expect.arrayContaining(named));
    }
  });

  it("keep ModemManager and the power saver off the device", () => {
    const rules = rulesFor([sampleModem({ match: { port: LEFT } })]);
    const device = { ID_VENDOR_ID: "1e0e", ID_MODEL_ID: "9001", ID_PATH: LEFT };
    const set = rules
      .filter((rule) => rule.some(({ key }) => key === "ATTR{power/control}") && matches(rule, device, {}))
      .flat()
      .filter(({ operator }) => operator === "=");
    expect(set.map(({ key, value }) => `${key}=${value}`)).toEqual([
      "ENV{ID_MM_DEVICE_IGNORE}=1",
      "ATTR{power/control}=on",
    ]);
  });
});
