import { describe, expect, it } from "vitest";
import type { Inventory } from "../../../core/model/inventory.ts";
import type { FileResource, Resource } from "../../../core/model/resource.ts";
import { reveal, type Secret } from "../../../core/secret.ts";
import { buildDesired } from "../../../provision/desired/build.ts";
import { templatePaths } from "../../../provision/desired/template-list.ts";
import {
  programTemplates,
  sampleComposition,
  sampleInventory,
  sampleModel,
  sampleModem,
  sampleSecret,
  sampleSmsd,
  sampleSpool,
} from "../../helpers/sample-inventory.ts";
import { readSmsdConf } from "../../helpers/smsd-conf-reader.ts";

function build(change: Partial<Inventory> = {}, secrets: ReadonlyMap<string, Secret> = new Map()) {
  const inventory = sampleInventory(change);
  return buildDesired({ inventory, inventoryText: "version: 1\n", secrets, templates: programTemplates() });
}

function fileOf(resources: readonly Resource[], path: string): FileResource {
  const found = resources.find((resource) => resource.id === `file:${path}`);
  if (found?.kind !== "file") throw new Error(`no file ${path}`);
  return found;
}

const PIN = { from: "file", path: "/etc/modemkeeper/secrets/pin" } as const;

describe("the order of resources", () => {
  it("is package, user, folders, files, unit", () => {
    const kinds = build().resources.map(({ kind }) => kind);
    const order = ["package", "user", "directory", "file", "unit"];
    expect([...new Set(kinds)]).toEqual(order);
    expect(kinds).toEqual([...kinds].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
  });

  it("has a folder for every path that smsd.conf and the unit name", () => {
    const { resources } = build();
    const folders = resources.filter(({ kind }) => kind === "directory").map(({ id }) => id);
    const { global } = readSmsdConf(fileOf(resources, "/etc/smsd.conf").content.masked);
    const named = global.filter(([name]) => name === "stats" || Object.keys(sampleSpool("", "")).includes(name));
    expect(named).toHaveLength(8);
    for (const [, path] of named) expect(folders).toContain(`directory:${path}`);
    expect(folders).toContain("directory:/var/spool/sms/tmp");
    expect(folders).toContain("directory:/var/log/smstools");
  });
});

describe("templates", () => {
  it("are the files under templates/, neither more nor fewer", () => {
    expect([...templatePaths].sort()).toEqual([...programTemplates().keys()].sort());
  });

  it("are named in the file that came from them", () => {
    const { resources } = build();
    expect(fileOf(resources, "/etc/smsd.conf").template).toBe("templates/etc/smsd.conf.hbs");
  });

  it("for ids that the kernel does not know are left out where it knows all", () => {
    const paths = build().resources.map(({ id }) => id);
    expect(paths.filter((id) => /tmpfiles|modules-load/.test(id))).toEqual([]);
  });
});

describe("a PIN", () => {
  const modems = [sampleModem({ name: "A", pin: PIN }), sampleModem({ name: "B" })];

  it("stands as its mask, and is real only when revealed", () => {
    const { resources } = build({ modems }, new Map([["A", sampleSecret("4711")]]));
    const file = fileOf(resources, "/etc/smsd.conf");
    expect(file.content.masked).not.toContain("4711");
    const { sections } = readSmsdConf(reveal(file.content));
    expect(sections.get("A")).toContainEqual(["pin", "4711"]);
    expect(sections.get("B")).toContainEqual(["pin", "ignore"]);
  });

  it("is in no file that others can read", () => {
    const { resources } = build({ modems }, new Map([["A", sampleSecret("4711")]]));
    const files = resources.filter((resource) => resource.kind === "file");
    const withPin = files.filter(({ content }) => reveal(content).includes("4711"));
    expect(withPin.map(({ path, mode, owner, group }) => ({ path, mode, owner, group }))).toEqual([
      { path: "/etc/smsd.conf", mode: 0o640, owner: "root", group: "smsd" },
    ]);
  });

  it.each(["12", "123456789", "12a4", "1234\nexecutable_check = no", " 1234", "?"])(
    "like %j is refused without being shown",
    (value) => {
      const attempt = () => build({ modems }, new Map([["A", sampleSecret(value)]]));
      expect(attempt).toThrowError(expect.objectContaining({ code: "inventory-invalid" }));
      expect(attempt).toThrowError("The PIN of A is not a PIN.");
    },
  );
});

describe("smsd.conf", () => {
  it("keeps a title of several lines from becoming settings", () => {
    const model = sampleModel({ title: "x\nexecutable_check = no" });
    expect(() => build({ modems: [sampleModem({ model })] })).toThrowError(/smsd.conf|udev/);
  });

  it("has a reason on its own line before every setting", () => {
    const { resources } = build();
    const lines = fileOf(resources, "/etc/smsd.conf").content.masked.split("\n");
    const unexplained = lines.filter((line, index) => line.includes(" = ") && !lines[index - 1]?.startsWith("# "));
    expect(unexplained.filter((line) => !line.startsWith("#"))).toEqual([]);
  });

  it("repeats a setting that is a list", () => {
    const modem = sampleModem({ smsd: { ignore_unexpected_input: ["a b", "^c"] } });
    const { sections } = readSmsdConf(fileOf(build({ modems: [modem] }).resources, "/etc/smsd.conf").content.masked);
    const repeated = sections.get("SIM7600")?.filter(([name]) => name === "ignore_unexpected_input");
    expect(repeated?.map(([, value]) => value)).toEqual(["a b", "^c"]);
  });
});

describe("folders", () => {
  it.each(["/var/log/smsd.log", "/smsd.log", "/tmp/smsd.log", "/var/spool/smsd.log"])(
    "that the system shares are not handed over for the log %s",
    (logfile) => {
      expect(() => build({ smsd: sampleSmsd({ logfile }) })).toThrowError(
        expect.objectContaining({ code: "inventory-invalid", message: expect.stringContaining("smsd.logfile") }),
      );
    },
  );

  it("for two purposes are refused", () => {
    const spool = { ...sampleSpool("/var/spool/sms", "/var/log/smstools/stats"), sent: "/var/spool/sms/failed" };
    expect(() => build({ smsd: sampleSmsd({ spool }) })).toThrowError('"directory:/var/spool/sms/failed"');
  });
});

describe("ids that the kernel does not know", () => {
  it("are written once, for vendor-class interfaces only where all ports are of that class", () => {
    const unknown = sampleComposition({ name: "ecm", usb: "1e0e:9018", newId: true });
    const other = sampleComposition({
      usb: "abcd:0001",
      newId: true,
      interfaces: { 2: "ff/00|0a" },
      roles: { AT: { interface: 2 } },
    });
    const modems = [
      sampleModem({ name: "A", model: sampleModel({ compositions: [unknown] }) }),
      sampleModem({ name: "B", model: sampleModel({ compositions: [unknown] }) }),
      sampleModem({ name: "C", model: sampleModel({ name: "odd", compositions: [other] }) }),
    ];
    const { masked } = fileOf(build({ modems }).resources, "/etc/tmpfiles.d/modemkeeper.conf").content;
    expect(masked.split("\n").filter((line) => line.startsWith("w "))).toEqual([
      "w /sys/bus/usb-serial/drivers/option1/new_id - - - - 1e0e 9018 ff",
      "w /sys/bus/usb-serial/drivers/option1/new_id - - - - abcd 0001",
    ]);
  });
});
