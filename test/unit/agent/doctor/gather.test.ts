import { beforeEach, describe, expect, it } from "vitest";
import { gatherFacts } from "../../../../agent/doctor/gather/gather.ts";
import { lookAt } from "../../../../agent/doctor/gather/look.ts";
import { valueOr } from "../../../../agent/doctor/known.ts";
import { ModemkeeperError } from "../../../../core/errors.ts";
import { type MemoryAgentMachine, memoryAgentMachine } from "../../../helpers/memory-agent-host.ts";

let machine: MemoryAgentMachine;

beforeEach(async () => {
  machine = await memoryAgentMachine();
});

async function facts() {
  return gatherFacts(machine.agentHost(), "/etc/modemkeeper/inventory.yaml");
}

describe("a look", () => {
  const see = (uid: number, error: Error) => {
    machine.uid = uid;
    return lookAt(machine.agentHost()).see("the disk", async () => {
      throw error;
    });
  };

  it("that is refused is for root to take; to root it is a failure", async () => {
    const refused = new ModemkeeperError("io", "cannot read /x", {
      cause: Object.assign(new Error("no"), { code: "EACCES" }),
    });
    expect(await see(1000, refused)).toEqual({
      unseen: { cause: "not-root", why: "the disk cannot be seen without root" },
    });
    expect(await see(0, refused)).toEqual({
      unseen: { cause: "failed", why: "the disk: cannot read /x", detail: "cannot read /x" },
    });
  });

  it("for which a tool lacks finds nothing; whatever else happens is said, inert", async () => {
    expect(await see(0, new ModemkeeperError("precondition-missing", "no timedatectl"))).toMatchObject({
      unseen: { cause: "absent" },
    });
    expect(await see(0, new Error("\u001b[2Jboom"))).toEqual({
      unseen: { cause: "failed", why: "the disk: ·[2Jboom", detail: "·[2Jboom" },
    });
  });

  it("that comes to nothing is not late", async () => {
    expect(await lookAt(machine.agentHost()).see("x", async () => undefined)).toEqual({ value: undefined });
  });
});

describe("the USB tree", () => {
  /** Device descriptor (18 octets), then a configuration's: bmAttributes and bMaxPower at 7 and 8. */
  function descriptors(attributes: number, power: number): string {
    return String.fromCharCode(...new Array(18).fill(1), 9, 2, 32, 0, 1, 1, 0, attributes, power);
  }

  function node(sysName: string, files: Readonly<Record<string, string>>, raw: string): void {
    for (const [name, content] of Object.entries(files))
      machine.given(`/sys/bus/usb/devices/${sysName}/${name}`, `${content}\n`);
    const attributes = { mode: 0o444, owner: "root", group: "root", modifiedAt: 0 };
    machine.files.put(`/sys/bus/usb/devices/${sysName}/descriptors`, {
      ...attributes,
      kind: "file",
      content: raw,
      encoding: "latin1",
    });
  }

  it("says who draws how much, and which hub has no supply", async () => {
    node(
      "1-2",
      { idVendor: "05e3", idProduct: "0608", bDeviceClass: "09", speed: "480", version: " 2.00" },
      descriptors(0x80, 50),
    );
    node(
      "1-2.1",
      { idVendor: "1e0e", idProduct: "9001", bDeviceClass: "00", speed: "480", version: " 2.00" },
      descriptors(0xc0, 250),
    );
    node(
      "2-1",
      { idVendor: "2c7c", idProduct: "0125", bDeviceClass: "00", speed: "5000", version: " 3.20" },
      descriptors(0x80, 112),
    );
    machine.given("/sys/bus/usb/devices/1-2:1.0/bInterfaceNumber", "00\n");
    expect(valueOr((await facts()).usb.tree, [])).toEqual([
      { sysName: "1-2", usb: "05e3:0608", speed: 480, version: 2, isHub: true, selfPowered: false, mostCurrent: 100 },
      { sysName: "1-2.1", usb: "1e0e:9001", speed: 480, version: 2, isHub: false, selfPowered: true, mostCurrent: 500 },
      {
        sysName: "2-1",
        usb: "2c7c:0125",
        speed: 5000,
        version: 3.2,
        isHub: false,
        selfPowered: false,
        mostCurrent: 896,
      },
    ]);
  });
});

describe("the driver", () => {
  const FOLDER = "/lib/modules/5.10.104-tegra";
  const driver = async () => valueOr((await facts()).usb.driver, undefined);

  it.each([
    [
      "a module",
      "modules.dep",
      "kernel/drivers/usb/serial/option.ko.xz: kernel/drivers/usb/serial/usb_wwan.ko.xz\n",
      true,
    ],
    ["built in", "modules.builtin", "kernel/drivers/usb/serial/option.ko\n", true],
    ["not there", "modules.dep", "kernel/drivers/net/adoption.ko: x\nkernel/option.koala: y\n", false],
  ])("is %s", async (_what, file, content, available) => {
    machine.given("/proc/sys/kernel/osrelease", "5.10.104-tegra\n");
    machine.given(`${FOLDER}/${file}`, content);
    expect(await driver()).toMatchObject({ release: "5.10.104-tegra", available, loaded: false });
  });

  it("is loaded, and may be forbidden", async () => {
    machine.given("/proc/sys/kernel/osrelease", "6.1.0\n");
    machine.given("/sys/module/option/refcnt", "0\n");
    machine.given("/etc/modprobe.d/a.conf", "# blacklist option\nblacklist optional\n");
    machine.given("/etc/modprobe.d/b.conf", "blacklist option\n");
    machine.given("/etc/modprobe.d/c.conf", "install option /bin/false\n");
    expect(await driver()).toMatchObject({
      loaded: true,
      available: undefined,
      forbiddenBy: ["/etc/modprobe.d/b.conf", "/etc/modprobe.d/c.conf"],
    });
  });
});

describe("mounts", () => {
  it("of which the innermost counts, and of two at one place the later", async () => {
    machine.files.put("/var/spool/sms/incoming", {
      kind: "directory",
      mode: 0o755,
      owner: "root",
      group: "root",
      modifiedAt: 0,
    });
    machine.given(
      "/proc/self/mounts",
      [
        "/dev/root / ext4 ro,relatime 0 0",
        "tmpfs /var tmpfs ro 0 0",
        "/dev/sda1 /var ext4 rw 0 0",
        "x /mnt/a\\040b ext4 ro 0 0",
      ].join("\n"),
    );
    const readOnly = valueOr((await facts()).system.readOnly, []);
    expect(readOnly.map(({ path }) => path)).not.toContain("/var/spool/sms/incoming");
    machine.given("/proc/self/mounts", "/dev/root / ext4 ro,relatime,errors=remount-ro 0 0\n");
    expect(valueOr((await facts()).system.readOnly, [])).toContainEqual({
      path: "/var/spool/sms/incoming",
      mount: "/",
    });
  });
});

describe("locks of terminals", () => {
  it("name the process in them while it lives", async () => {
    machine.given("/run/lock/LCK..ttyUSB2", "      4711\n");
    machine.given("/run/lock/LCK..ttyUSB3", "99999\n");
    machine.given("/run/lock/subsys", "");
    machine.given("/proc/4711/comm", "minicom\n", { owner: "rom" });
    const locks = valueOr((await facts()).smsd.locks, []).filter(({ what }) => what === "uucp");
    expect(locks).toMatchObject([
      { file: { path: "/run/lock/LCK..ttyUSB2" }, holder: { pid: 4711, process: "minicom", user: "rom" } },
      { file: { path: "/run/lock/LCK..ttyUSB3" } },
    ]);
    expect(locks[1]?.holder).toBeUndefined();
  });
});

describe("the HTTP API", () => {
  it("is asked only where an agent runs, on an address that can be asked", async () => {
    const { http } = (await facts()).agent;
    expect(http).toEqual({ value: undefined });
    expect(machine.delivery.requests).toEqual([]);
  });
});
