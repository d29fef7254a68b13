import { beforeEach, describe, expect, it } from "vitest";
import { engineHere } from "../../../../agent/engine/engine-here.ts";
import { ConfigurationWatch } from "../../../../agent/observe/configuration.ts";
import type { AgentHost } from "../../../../core/agent-ports.ts";
import { INVENTORY_COPY } from "../../../../provision/desired/paths.ts";
import { ONE_SIM7600 } from "../../../helpers/gateway.ts";
import { appliedGateway, type Given, inventoryFrom, UNIT } from "./agent-machine.ts";

const PIN = { from: "file", path: "/etc/modemkeeper/secrets/pin" } as const;
const WITH_PIN = `${ONE_SIM7600}    sim:\n      pin: { file: pin }\n`;

const watchOf = (host: AgentHost) => new ConfigurationWatch(host, engineHere(host));

let given: Given;
let watch: ConfigurationWatch;
beforeEach(async () => {
  given = await appliedGateway();
  watch = watchOf(given.host);
});

const look = () => watch.look(given.inventory, false);

describe("the configuration", () => {
  it("differs when the inventory was edited, and says what of it restarts smsd", async () => {
    const before = await look();
    given.machine.given(INVENTORY_COPY, `${ONE_SIM7600}smsd:\n  settings:\n    blocktime: 77\n`);
    const after = await look();
    expect(after).toMatchObject({ state: "differs", restartsSmsd: true });
    expect(after.details).toContain("file:/etc/smsd.conf");
    expect(after.digest).not.toBe(before.digest);
  });

  it("differs when somebody changed a file, under the same digest", async () => {
    const before = await look();
    given.machine.given("/etc/logrotate.d/smstools", "nonsense");
    const after = await look();
    expect(after).toMatchObject({ state: "differs", details: ["file:/etc/logrotate.d/smstools"], restartsSmsd: false });
    expect(after.digest).toBe(before.digest);
  });

  it("is none the worse for smsd being down, a stray smsd, or a missing link", async () => {
    await given.host.services.control("stop", UNIT);
    given.machine.smsd.push({ pid: 99, unit: "", startedAt: 0 });
    given.machine.files.entries.delete("/dev/ttyUSB_SIM7600_AT");
    expect(await look()).toMatchObject({ state: "converged", details: [], restartsSmsd: false });
  });

  it("differs when the service would not start at boot", async () => {
    await given.host.services.setEnabled(UNIT, false);
    expect(await look()).toMatchObject({ state: "differs", details: [`unit:${UNIT}`], restartsSmsd: false });
  });
});

describe("an inventory with errors", () => {
  it("is refused with its first problems and their places", async () => {
    given.machine.given(INVENTORY_COPY, "version: 1\nmodems:\n  - name: SIM7600\n    model: NO_SUCH\n");
    const seen = await look();
    expect(seen.state).toBe("invalid");
    expect(seen.details[0]).toMatch(/inventory\.yaml:4: .*NO_SUCH/);
  });

  it.each([
    { what: "is gone", act: () => given.machine.files.entries.delete(INVENTORY_COPY) },
    { what: "names a PIN whose file lacks", act: () => given.machine.given(INVENTORY_COPY, WITH_PIN) },
  ])("is refused when it $what", async ({ act }) => {
    act();
    const seen = await look();
    expect(seen.state).toBe("invalid");
    expect(seen.details).toHaveLength(1);
  });

  it("shows no control characters of the file", async () => {
    given.machine.given(INVENTORY_COPY, 'version: 1\nmodems: "\\e[2J"\n\u001b[2J: x\n');
    expect((await look()).details.join("")).not.toMatch(/\p{Cc}/u);
  });

  it("is not blamed for a host that cannot be read", async () => {
    const files = new Proxy(given.host.files, {
      get: (target, key) =>
        key === "list" ? () => Promise.reject(new Error("EIO")) : Reflect.get(target, key).bind(target),
    });
    const broken: AgentHost = { ...given.host, files };
    expect((await watchOf(broken).look(given.inventory, false)).state).toBe("unknown");
  });
});

describe("files of other people", () => {
  it("are not read when they are huge, be it the flag or what we wrote", async () => {
    const huge = "x".repeat(5_000_000);
    given.machine.given("/tmp/smsd_manual_stop", huge);
    given.machine.given("/etc/logrotate.d/smstools", huge);
    const read: string[] = [];
    const files = new Proxy(given.host.files, {
      get: (target, key) => {
        const member = Reflect.get(target, key).bind(target);
        if (key !== "read") return member;
        return (path: string) => {
          read.push(path);
          return member(path);
        };
      },
    });
    const seen = await watchOf({ ...given.host, files }).look(given.inventory, false);
    expect(seen).toMatchObject({ state: "differs", details: ["file:/etc/logrotate.d/smstools"] });
    expect(read).not.toContain("/tmp/smsd_manual_stop");
    expect(read).not.toContain("/etc/logrotate.d/smstools");
  });
});

describe("PINs", () => {
  it("are told apart by a digest that is keyed, and never shown", async () => {
    given.machine.given(INVENTORY_COPY, WITH_PIN);
    given.machine.givenSecret(PIN, "1234");
    given.machine.given(PIN.path, "1234");
    const inventory = await inventoryFrom(given.host, WITH_PIN);
    const before = await watch.look(inventory, false);
    expect(JSON.stringify(before)).not.toContain("1234");
    given.machine.givenSecret(PIN, "5678");
    given.machine.given(PIN.path, "5678");
    const after = await watch.look(inventory, false);
    expect(Object.keys(after.pins)).toEqual(["SIM7600"]);
    expect(after.pins.SIM7600).not.toBe(before.pins.SIM7600);
    expect(after.digest).not.toBe(before.digest);
  });
});

describe("what it costs", () => {
  function counted() {
    let compared = 0;
    const systemd: AgentHost["services"]["running"] = () => {
      compared += 1;
      return given.host.services.running();
    };
    const services = new Proxy(given.host.services, {
      get: (target, key) => (key === "running" ? systemd : Reflect.get(target, key).bind(target)),
    });
    const counting = watchOf({ ...given.host, services });
    return { look: (busy = false) => counting.look(given.inventory, busy), compared: () => compared, watch: counting };
  }

  it("is paid at the start, after a change, every ten minutes, and when told to", async () => {
    const { look: again, compared, watch: counting } = counted();
    await again();
    const once = compared();
    expect(once).toBeGreaterThan(0);
    await again();
    await again();
    expect(compared()).toBe(once);
    given.machine.given("/etc/smsd.conf", "x");
    await again();
    expect(compared()).toBe(2 * once);
    await given.machine.time.advance(600_000);
    await again();
    expect(compared()).toBe(3 * once);
    counting.forget();
    await again();
    expect(compared()).toBe(4 * once);
  });

  it("is not paid while somebody changes the host, whose half looks like a difference", async () => {
    const { look: again, compared } = counted();
    given.machine.given("/etc/smsd.conf", "half");
    expect(await again(true)).toMatchObject({ state: "unknown", digest: "" });
    expect(compared()).toBe(0);
    expect((await again()).state).toBe("differs");
  });

  it("is not believed if the host was changed meanwhile", async () => {
    const { watch: counting, look: again } = counted();
    const before = await again();
    given.machine.given("/etc/smsd.conf", "half");
    const looking = again();
    counting.forget();
    expect(await looking).toBe(before);
    expect((await again()).state).toBe("differs");
  });

  it("is not paid for messages that come and go", async () => {
    const { look: again, compared } = counted();
    await again();
    const once = compared();
    await given.machine.time.advance(1000);
    given.machine.given("/var/spool/sms/incoming/x", "From: 1\n\nx");
    await again();
    expect(compared()).toBe(once);
  });
});
