import { describe, expect, it } from "vitest";
import type { Inventory, Sink } from "../../../core/model/inventory.ts";
import { COMPAT_SCRIPTS, compatContext, compatScripts } from "../../../provision/desired/compat-scripts.ts";
import { agentUnitContext, fallbackUnitContext } from "../../../provision/desired/context/agent-unit.ts";
import { sampleInventory, sampleModem, sampleSmsd, sampleSpool } from "../../helpers/sample-inventory.ts";

const writable = (change: Partial<Inventory> = {}) => agentUnitContext(sampleInventory(change)).writable;

describe("what the agent may write to beyond what its protection leaves open", () => {
  it("is its own folder of scripts, and no more, where everything is at its usual place", () => {
    expect(writable()).toEqual(["-/usr/local/lib/modemkeeper"]);
  });

  it("is every place of the inventory that the protection would take away, once", () => {
    const { manualStop, accessLock } = sampleInventory();
    const found = writable({
      compat: { scripts: "/home/rom" },
      manualStop: { ...manualStop, flag: "/home/rom/stop" },
      accessLock: { ...accessLock, file: "/run/user/1000/lock" },
      smsd: sampleSmsd({ logfile: "/srv/log/smsd.log", spool: sampleSpool("/home/rom/sms", "/var/stats") }),
    });
    expect(found).toContain("-/home/rom");
    expect(found).toContain("-/run/user/1000");
    expect(found).toContain("-/home/rom/sms/incoming");
    expect(found.filter((one) => one === "-/home/rom")).toHaveLength(1);
    expect(found.some((one) => one.includes("/srv") || one.includes("/var"))).toBe(false);
  });

  it("never names the root folder as empty", () => {
    const { manualStop } = sampleInventory();
    expect(fallbackUnitContext(sampleInventory({ manualStop: { ...manualStop, flag: "/stop" } })).flagFolder).toBe(
      "-/",
    );
  });
});

describe("old scripts", () => {
  it("have names of their own and say what they are for", () => {
    const names = COMPAT_SCRIPTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, what } of COMPAT_SCRIPTS) {
      expect(name).toMatch(/^[a-z0-9_]+\.sh$/);
      expect(what).toMatch(/\.$/);
    }
  });

  it("leave the forwarding of received messages to who does it", () => {
    const replaced = (sinks: readonly Sink[]) => {
      const { incoming } = sampleInventory();
      return compatScripts(sampleInventory({ incoming: { ...incoming, sinks } })).map(({ name }) => name);
    };
    expect(replaced([])).not.toContain("incoming_sms_processor.sh");
    expect(replaced([{ name: "crm", type: "webhook", options: {}, secrets: {} }])).toContain(
      "incoming_sms_processor.sh",
    );
  });

  it("that reset a modem know which where there is one, and ask where there are several", () => {
    const script = COMPAT_SCRIPTS.find(({ modem }) => modem);
    if (!script) throw new Error("no script resets a modem");
    const of = (...names: string[]) =>
      compatContext(script, sampleInventory({ modems: names.map((name) => sampleModem({ name })) }));
    expect(of("A")).toMatchObject({ choose: false, words: ["modem", "reset", "A", "--rung", "usb-reset", "--yes"] });
    expect(of("A", "B")).toMatchObject({ choose: true, modems: "A, B", words: ["modem", "reset"] });
  });
});

describe("the right to listen on a port below 1024", () => {
  it.each([
    ["127.0.0.1:8070", true, false],
    ["0.0.0.0:443", true, true],
    ["[::1]:80", true, true],
    ["0.0.0.0:443", false, false],
  ])("for %s, enabled %s: %s", (listen, enabled, lowPort) => {
    expect(agentUnitContext(sampleInventory({ http: { enabled, listen, atCommands: [] } })).lowPort).toBe(lowPort);
  });
});
