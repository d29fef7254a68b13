import { beforeEach, describe, expect, it } from "vitest";
import type { DoctorOptions } from "../../agent/commands/doctor.ts";
import { doctorCommand } from "../../agent/commands/doctor.ts";
import type { DoctorResult } from "../../agent/doctor/diagnose.ts";
import { STATE_FILE } from "../../agent/paths.ts";
import { exitCodeOf } from "../../core/errors.ts";
import { AGENT_UNIT, PROGRAM } from "../../provision/desired/paths.ts";
import { sim7600 } from "../helpers/gateway.ts";
import { type MemoryAgentMachine, memoryAgentMachine } from "../helpers/memory-agent-host.ts";
import { sampleInventory } from "../helpers/sample-inventory.ts";
import { agentState } from "../unit/agent/doctor/doctor-facts.ts";
import { appliedGateway } from "../unit/agent/observe/agent-machine.ts";

/*
 * doctor on whole machines in memory: a fresh one, one that is well, and the one of the post-mortems, whose status looked
 * perfect for two hours while no message was sent.
 */

const FLAG = "/tmp/smsd_manual_stop";
let machine: MemoryAgentMachine;

async function doctor(options: Partial<DoctorOptions> = {}) {
  const said = { out: "", err: "" };
  const context = {
    host: machine.agentHost(),
    terminal: {
      out: (text: string) => {
        said.out += text;
      },
      err: (text: string) => {
        said.err += text;
      },
      colour: false,
      interactive: false,
      ask: async () => "",
      readInput: async () => "",
    },
    inventoryFile: "/etc/modemkeeper/inventory.yaml",
    inventory: async () => sampleInventory(),
    signal: new AbortController().signal,
    verbose: false,
  };
  try {
    return { code: await doctorCommand(context, { checks: [], ...options }), ...said };
  } catch (error) {
    return { code: exitCodeOf(error), ...said };
  }
}

async function results(): Promise<Readonly<Record<string, readonly DoctorResult[]>>> {
  const { out } = await doctor({ json: true });
  const { results: all } = JSON.parse(out) as { readonly results: readonly DoctorResult[] };
  const names = [...new Set(all.map(({ check }) => check))];
  return Object.fromEntries(names.map((name) => [name, all.filter(({ check }) => check === name)]));
}

/** What every machine has under /proc, /sys and /lib/modules. */
function givenKernel(): void {
  machine.given("/proc/sys/kernel/osrelease", "5.15.136-tegra\n");
  machine.given("/proc/self/mounts", "/dev/mmcblk0p1 / ext4 rw,relatime 0 0\n");
  machine.given(
    "/lib/modules/5.15.136-tegra/modules.dep",
    "kernel/drivers/usb/serial/option.ko: kernel/drivers/usb/serial/usb_wwan.ko\n",
  );
}

function givenUsb(sysName: string, files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files))
    machine.given(`/sys/bus/usb/devices/${sysName}/${name}`, `${content}\n`);
}

const ROOT_HUB = { idVendor: "1d6b", idProduct: "0002", speed: "480", version: " 2.00", bDeviceClass: "09" };
const SIM7600 = {
  idVendor: "1e0e",
  idProduct: "9001",
  speed: "480",
  version: " 2.00",
  bDeviceClass: "00",
  dev: "189:3",
};

describe("a fresh machine with a modem", () => {
  beforeEach(async () => {
    machine = await memoryAgentMachine();
    givenKernel();
    machine.plug(sim7600("1-1", "platform-3610000.usb-usb-0:1", 0));
    givenUsb("usb1", ROOT_HUB);
    givenUsb("1-1", SIM7600);
  });

  it("has no error: what is not installed yet is a note, and the next step is named", async () => {
    const { code, out } = await doctor();
    expect(out).not.toMatch(/^error/m);
    expect(code).toBe(0);
    expect(out).toContain("provision init");
    expect(out).toMatch(/^info {5}modems: .*1e0e:9001/m);
  });

  it("fits 80 columns and ends with one line of summary", async () => {
    const { out } = await doctor();
    const lines = out.trimEnd().split("\n");
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(lines.at(-1)).toMatch(/^doctor: (\d+ warnings?, )?\d+ notes and \d+ ok/);
  });

  it("runs single checks, and refuses one that does not exist", async () => {
    const { out, code } = await doctor({ checks: ["usb-driver", "clock"] });
    expect(code).toBe(0);
    expect(out.match(/^(ok|info|warning|error) /gm)).toHaveLength(2);
    expect((await doctor({ checks: ["usb-driverr"] })).code).toBe(64);
  });

  it("counts warnings with --strict", async () => {
    machine.programs.add("brltty");
    expect((await doctor()).code).toBe(0);
    expect((await doctor({ strict: true })).code).toBe(1);
  });

  it("says to be unknown what only root sees, and changes nothing", async () => {
    machine.uid = 1000;
    const { "port-holders": holders, privileges } = await results();
    expect(holders).toMatchObject([{ level: "info", unknown: true }]);
    expect(privileges).toMatchObject([{ level: "info" }]);
    expect(machine.journal).toEqual([]);
  });

  it("waits for nobody: what does not answer is unknown", async () => {
    machine.inspection.kernelLog = () => new Promise(() => {});
    const { "usb-errors": errors, modems } = await results();
    expect(errors).toMatchObject([
      { level: "warning", unknown: true, sentence: expect.stringContaining("within 15 s") },
    ]);
    expect(modems?.[0]?.unknown).toBeUndefined();
  });
});

describe("a gateway on which provision has been applied", () => {
  beforeEach(async () => {
    ({ machine } = await appliedGateway());
    machine.given(PROGRAM, "#!/bin/sh\n", { mode: 0o755 });
    await machine.host().services.control("start", AGENT_UNIT);
    givenKernel();
    givenUsb("usb1", ROOT_HUB);
    givenUsb("1-1", SIM7600);
    machine.given("/run/udev/data/c189:3", "E:ID_MM_DEVICE_IGNORE=1\n");
    machine.given("/var/log/journal/0123/system.journal", "x".repeat(1000));
    machine.delivery.onRequest = () => ({ status: 200 });
    for (let tty = 0; tty < 5; tty += 1) {
      const attributes = { mode: 0o660, owner: "root", group: "dialout", modifiedAt: 0 };
      machine.files.put(`/dev/ttyUSB${tty}`, { ...attributes, kind: "other" });
    }
    agentLooks();
  });

  function agentLooks(): void {
    machine.given(STATE_FILE, JSON.stringify(agentState({ at: machine.now.toISOString() })));
  }

  it("is well", async () => {
    const before = machine.journal.length;
    const { out, code } = await doctor();
    expect(out).not.toMatch(/^(error|warning)/m);
    expect(code).toBe(0);
    expect(machine.journal).toHaveLength(before);
  });

  it("shows what was changed by hand", async () => {
    machine.given("/etc/smsd.conf", "devices = GSM1\n[GSM1]\ndevice = /dev/ttyUSB2\n");
    const { converged, "smsd-conf": conf } = await results();
    expect(converged).toMatchObject([{ level: "warning", evidence: expect.arrayContaining(["file:/etc/smsd.conf"]) }]);
    expect(conf).toMatchObject([{ level: "warning", sentence: expect.stringContaining("not written by provision") }]);
  });

  it("says who has the access lock", async () => {
    machine.lockedBy("/var/lock/modem_access.lock", {
      pid: 4711,
      process: "status.sh",
      user: "rom",
      since: machine.now.getTime() - 600_000,
    });
    expect((await results())["lock-files"]).toMatchObject([
      { level: "info", sentence: expect.stringContaining("status.sh (process 4711 of rom)") },
    ]);
  });

  it("tells an inventory that was broken since", async () => {
    machine.given("/etc/modemkeeper/inventory.yaml", "version: 1\nmodems:\n  - name: SIM7600\n    model: SIM7601\n");
    const { inventory } = await results();
    expect(inventory).toMatchObject([{ level: "error", evidence: [expect.stringMatching(/^line 4: .*SIM7601/)] }]);
  });
});

describe("the machine of the post-mortem", () => {
  beforeEach(async () => {
    machine = await memoryAgentMachine();
    givenKernel();
    machine.plug(sim7600("1-1", "platform-3610000.usb-usb-0:1", 0));
    givenUsb("usb1", ROOT_HUB);
    givenUsb("1-1", SIM7600);
    machine.packages.versions.set("smstools", "3.1.21-4");
    machine.given("/etc/init.d/smstools", "#!/bin/sh\n");
    machine.given("/etc/rc2.d/S01smstools", "");
    machine.given(
      "/etc/smsd.conf",
      "devices = GSM1\neventhandler = /home/rom/sms_handler.sh\n[GSM1]\ndevice = /dev/ttyUSB2\nincoming = yes\n",
    );
    machine.given(FLAG, "");
    machine.now = new Date(machine.now.getTime() + 2 * 3_600_000);
    machine.given("/etc/cron.d/sms", "# SMS\n*/2 * * * * rom /home/rom/smsd_monitor.sh >/dev/null 2>&1\n");
    machine.given(
      "/home/rom/smsd_monitor.sh",
      "#!/bin/bash\nif ! pgrep -x smsd; then\n  [ -f /tmp/smsd_manual_stop ] && exit 0\n  sudo systemctl restart smstools\nfi\n",
    );
    machine.given(
      "/etc/systemd/system/ec25-port-monitor.service",
      "[Service]\nExecStart=/home/rom/ec25_port_monitor.sh\n",
    );
    machine.given(
      "/home/rom/ec25_port_monitor.sh",
      "#!/bin/bash\npkill -9 smsd\nsleep 2\n/usr/sbin/smsd -p/var/run/smstools/smsd.pid\n",
    );
    machine.given(
      "/etc/systemd/system/incoming-sms-processor.service",
      "[Service]\nExecStart=/home/rom/incoming_sms_processor.sh\n",
    );
    machine.given("/home/rom/incoming_sms_processor.sh", '#!/bin/bash\nmv "$f" /var/spool/sms/checked/\n');
    machine.given("/etc/udev/rules.d/99-modem.rules", 'ACTION=="add", RUN+="/home/rom/on_modem_connect.sh"\n');
    machine.given("/home/rom/on_modem_connect.sh", "#!/bin/bash\n/home/rom/fix_modem_symlinks.sh\n");
    machine.programs.add("ModemManager");
    machine.holders.set("/dev/ttyUSB2", [
      { pid: 77, process: "cat", user: "rom", since: machine.now.getTime() - 60_000 },
    ]);
    machine.given(
      "/var/log/smstools/smsd.log",
      "2030-01-01 00:00:00,2, smsd: Smsd v3.1.21 started.\n2030-01-01 00:02:00,3, GSM1: write_to_modem: error 5: Input/output error\n",
    );
  });

  it("is told in all that kept it down", async () => {
    const all = await results();
    const levels = Object.fromEntries(
      Object.entries(all).map(([check, found]) => [check, found.map(({ level }) => level)]),
    );
    expect(levels).toMatchObject({
      "stop-flag": ["error"],
      modemmanager: ["error"],
      smsd: ["error"],
      "smsd-log": ["error"],
      "smsd-package": ["error"],
      "smsd-conf": ["warning"],
      "port-holders": ["warning"],
      "old-scripts": ["warning", "warning", "warning", "warning"],
    });
    expect((await doctor()).code).toBe(1);
  });

  it("says which script does what, and from where it is called", async () => {
    const sentences = (await results())["old-scripts"]?.map(({ sentence }) => sentence);
    expect(sentences).toEqual([
      "/etc/cron.d/sms:2 calls /home/rom/smsd_monitor.sh, which restarts smsd.",
      "/etc/systemd/system/ec25-port-monitor.service:2 calls /home/rom/ec25_port_monitor.sh, which kills smsd.",
      "/etc/systemd/system/incoming-sms-processor.service:2 calls /home/rom/incoming_sms_processor.sh, which moves messages into smsd's send queue.",
      "/etc/udev/rules.d/99-modem.rules:1 calls /home/rom/on_modem_connect.sh, which is a script of the gateway's past.",
    ]);
  });
});
