import { beforeEach, describe, expect, it } from "vitest";
import { NeighbourWatch } from "../../../../agent/observe/holders.ts";
import { LogReader } from "../../../../agent/observe/log.ts";
import { Pulse, type PulseChange, type PulseWatch } from "../../../../agent/observe/pulse.ts";
import { SmsdWatch } from "../../../../agent/observe/smsd.ts";
import type { AgentHost } from "../../../../core/agent-ports.ts";
import { INVENTORY_COPY, SUSPEND } from "../../../../provision/desired/paths.ts";
import { type MemoryAgentMachine, memoryAgentMachine } from "../../../helpers/memory-agent-host.ts";
import { LOG, UNIT } from "./agent-machine.ts";

const FLAG = "/tmp/smsd_manual_stop";
const CGROUP = `/sys/fs/cgroup/system.slice/${UNIT}`;

let machine: MemoryAgentMachine;
let host: AgentHost;
beforeEach(async () => {
  machine = await memoryAgentMachine();
  host = machine.agentHost();
});

describe("smsd's unit", () => {
  function counting(states: string[]) {
    let asked = 0;
    const state: AgentHost["services"]["state"] = async (unit) => {
      asked += 1;
      return { ...(await host.services.state(unit)), active: states.shift() ?? "active" };
    };
    const services = { ...host.services, state };
    return { watch: new SmsdWatch({ ...host, services }), asked: () => asked };
  }

  it("is asked about when its processes change, every 30 s, and not otherwise", async () => {
    const { watch, asked } = counting([]);
    machine.smsd.push({ pid: 10, unit: UNIT, startedAt: 0 });
    await watch.look();
    await watch.look();
    expect(asked()).toBe(1);
    machine.smsd.push({ pid: 11, unit: UNIT, startedAt: 0 });
    await watch.look();
    expect(asked()).toBe(2);
    await machine.time.advance(30_000);
    await watch.look();
    expect(asked()).toBe(3);
    watch.forget();
    await watch.look();
    expect(asked()).toBe(4);
  });

  it("is asked about again while it is on its way", async () => {
    const { watch } = counting(["activating", "failed"]);
    expect((await watch.look()).unit).toBe("activating");
    expect((await watch.look()).unit).toBe("failed");
    expect((await watch.look()).unit).toBe("failed");
  });

  it("owns its processes; those of other units and of none are strays", async () => {
    machine.smsd.push({ pid: 10, unit: UNIT, startedAt: 1 });
    machine.smsd.push({ pid: 20, unit: "cron.service", startedAt: 2 });
    machine.smsd.push({ pid: 30, unit: "", startedAt: 3 });
    const seen = await new SmsdWatch(host).look();
    expect(seen.processes).toEqual([{ pid: 10, startedAt: 1 }]);
    expect(seen.strays.map(({ pid }) => pid)).toEqual([20, 30]);
  });
});

describe("other programs", () => {
  const LOCK = "/var/lock/modem_access.lock";
  const minicom = { pid: 50, process: "minicom", user: "root", since: 0 };
  const smsd = { pid: 10, process: "smsd", user: "smsd", since: 0 };
  const forked = { ...smsd, pid: 12 };

  it("shows who else holds a terminal, smsd left out, and who would like to", async () => {
    machine.holders.set("/dev/ttyUSB2", [smsd, forked, minicom]);
    machine.holders.set("/dev/ttyUSB3", [smsd]);
    machine.programs.add("ModemManager").add("sshd");
    expect(await new NeighbourWatch(host).look(["ttyUSB2", "ttyUSB3"], LOCK, [10])).toEqual({
      holders: { ttyUSB2: [minicom] },
      rivals: ["ModemManager"],
    });
  });

  it("looks again after 15 s, when told to, and when the terminals are others", async () => {
    const watch = new NeighbourWatch(host);
    const holders = async (ttys = ["ttyUSB2"]) => Object.keys((await watch.look(ttys, LOCK, [])).holders);
    expect(await holders()).toEqual([]);
    machine.holders.set("/dev/ttyUSB2", [minicom]);
    machine.holders.set("/dev/ttyUSB7", [minicom]);
    expect(await holders()).toEqual([]);
    await machine.time.advance(15_000);
    expect(await holders()).toEqual(["ttyUSB2"]);
    machine.holders.delete("/dev/ttyUSB2");
    watch.forget();
    expect(await holders()).toEqual([]);
    expect(await holders(["ttyUSB7"])).toEqual(["ttyUSB7"]);
  });

  it("does not go on showing who had the access lock when he has given it back", async () => {
    const watch = new NeighbourWatch(host);
    const release = machine.lockedBy(LOCK, minicom);
    machine.holders.set("/dev/ttyUSB2", [minicom]);
    const during = await watch.look(["ttyUSB2"], LOCK, []);
    expect(during).toMatchObject({ lockHolder: minicom, holders: { ttyUSB2: [minicom] } });
    await release();
    machine.holders.clear();
    expect(await watch.look(["ttyUSB2"], LOCK, [])).toEqual({ holders: {}, rivals: [] });
  });

  it("does not take somebody who ends his turn just now for an intruder", async () => {
    const release = machine.lockedBy(LOCK, minicom);
    machine.holders.set("/dev/ttyUSB2", [minicom]);
    const holdersOf: AgentHost["proc"]["holdersOf"] = async (paths) => {
      const found = await host.proc.holdersOf(paths);
      await release();
      return found;
    };
    const watch = new NeighbourWatch({ ...host, proc: { ...procOf(host), holdersOf } });
    expect(await watch.look(["ttyUSB2"], LOCK, [])).toEqual({ holders: {}, rivals: [] });
  });
});

/** Its methods as they are, to replace one. */
function procOf({ proc }: AgentHost): AgentHost["proc"] {
  return {
    holdersOf: (paths) => proc.holdersOf(paths),
    lockHolder: (path) => proc.lockHolder(path),
    smsdModemProcess: (modem) => proc.smsdModemProcess(modem),
    running: (names) => proc.running(names),
    signal: (pid, signal) => proc.signal(pid, signal),
  };
}

describe("smsd's log", () => {
  const line = (process: string, text: string, severity = 6) =>
    `2030-01-01 00:00:00,${severity}, ${process}: ${text}\n`;
  const started = line("smsd", "Smsd v3.1.21 started.", 2);

  it("is read as it grows; a line that is not finished waits for its end", async () => {
    const reader = new LogReader(host);
    machine.append(LOG, started + line("SIM7600", "No SMS received"));
    await reader.read(LOG);
    expect(reader.digest.started).toBe(true);
    const error = line("SIM7600", "write_to_modem: error 5: Input/output error", 3);
    machine.append(LOG, error.slice(0, 40));
    expect(await reader.read(LOG)).toBe(false);
    expect(reader.digest.modems.SIM7600?.ioErrors).toEqual([]);
    machine.append(LOG, error.slice(40));
    expect(await reader.read(LOG)).toBe(true);
    expect(reader.digest.modems.SIM7600?.ioErrors).toHaveLength(1);
  });

  it("counts no line twice when the pulse and a pass read at once", async () => {
    const reader = new LogReader(host);
    machine.append(LOG, started + line("SIM7600", "write_to_modem: error 5: Input/output error", 3));
    await Promise.all([reader.read(LOG), reader.read(LOG), reader.read(LOG)]);
    expect(reader.digest.modems.SIM7600?.ioErrors).toHaveLength(1);
  });

  it("does not wake anybody for a successful poll", async () => {
    const reader = new LogReader(host);
    machine.append(LOG, started + line("SIM7600", "No SMS received"));
    await reader.read(LOG);
    machine.append(LOG, line("SIM7600", "No SMS received"));
    expect(await reader.read(LOG)).toBe(false);
  });

  it("goes on after a rotation", async () => {
    const reader = new LogReader(host);
    machine.append(LOG, started);
    await reader.read(LOG);
    machine.append(LOG, "half a li");
    await reader.read(LOG);
    machine.given(LOG, line("SIM7600", "No SMS received"));
    await reader.read(LOG);
    expect(reader.digest.modems.SIM7600?.readyAt).toBeDefined();
  });

  it("starts over with another log", async () => {
    const reader = new LogReader(host);
    machine.append(LOG, started);
    await reader.read(LOG);
    await reader.read("/var/log/other.log");
    expect(reader.digest.started).toBe(false);
  });

  it("fails where the log cannot be read, and goes on when it can", async () => {
    let broken = true;
    const readFrom: AgentHost["logs"]["readFrom"] = (...given) =>
      broken ? Promise.reject(new Error("EIO")) : host.logs.readFrom(...given);
    const reader = new LogReader({ ...host, logs: { ...host.logs, readFrom } });
    machine.append(LOG, started);
    await expect(reader.read(LOG)).rejects.toThrow("EIO");
    broken = false;
    await reader.read(LOG);
    expect(reader.digest.started).toBe(true);
  });
});

describe("the pulse", () => {
  let watch: PulseWatch;
  let pulse: Pulse;
  beforeEach(async () => {
    machine.given(LOG, "");
    machine.given(INVENTORY_COPY, "version: 1\n");
    machine.given("/proc/10/comm", "smsd");
    machine.given(`${CGROUP}/cgroup.procs`, "10\n");
    watch = { flag: FLAG, logfile: LOG, pids: [10] };
    pulse = new Pulse(host, new LogReader(host), () => watch);
    await pulse.look();
  });

  const dies = (pid: number) => {
    machine.files.entries.delete(`/proc/${pid}/comm`);
    machine.files.entries.delete(`/proc/${pid}`);
  };

  it.each([
    { change: "flag", what: "a flag is set", act: () => machine.given(FLAG, "") },
    { change: "suspend", what: "the suspend file is written", act: () => machine.given(SUSPEND, "ALL: x\n") },
    { change: "inventory", what: "the inventory is edited", act: () => machine.given(INVENTORY_COPY, "version: 1 \n") },
    { change: "smsd", what: "a process of smsd ends", act: () => dies(10) },
    { change: "smsd", what: "the unit's control group goes", act: () => machine.files.entries.delete(CGROUP) },
    {
      change: "log",
      what: "smsd sees an I/O error",
      act: () => machine.append(LOG, "2030-01-01 00:00:00,3, SIM7600: write_to_modem: error 5: Input/output error\n"),
    },
  ])("says $change when $what, once", async ({ change, act }) => {
    expect(await pulse.look()).toEqual([]);
    act();
    expect(await pulse.look()).toEqual([change]);
    expect(await pulse.look()).toEqual([]);
  });

  it("says nothing of a poll of smsd's, but takes it in", async () => {
    machine.append(LOG, "2030-01-01 00:00:00,6, SIM7600: Checking device for incoming SMS\n");
    expect(await pulse.look()).toEqual([]);
  });

  it("says nothing of processes that it is told of anew", async () => {
    machine.given("/proc/11/comm", "smsd");
    watch = { ...watch, pids: [10, 11] };
    expect(await pulse.look()).toEqual([]);
    dies(11);
    expect(await pulse.look()).toEqual(["smsd"]);
    watch = { ...watch, pids: [10] };
    expect(await pulse.look()).toEqual([]);
  });

  it("beats twice a second until it is stopped, and survives what cannot be read", async () => {
    machine.time.jumps = false;
    let broken = false;
    const of: AgentHost["stats"]["of"] = (paths) => (broken ? Promise.reject(new Error("EIO")) : host.stats.of(paths));
    const beating = new Pulse({ ...host, stats: { ...host.stats, of } }, new LogReader(host), () => watch);
    const heard: (readonly PulseChange[])[] = [];
    beating.start((changes) => heard.push(changes));
    await machine.time.advance(500);
    broken = true;
    machine.given(FLAG, "");
    await machine.time.advance(1000);
    expect(heard).toEqual([]);
    broken = false;
    await machine.time.advance(500);
    expect(heard).toEqual([["flag"]]);
    beating.stop();
    machine.files.entries.delete(FLAG);
    await machine.time.advance(5000);
    expect(heard).toHaveLength(1);
  });

  it("waits for a first observation", async () => {
    const early = new Pulse(host, new LogReader(host), () => undefined);
    machine.given(FLAG, "");
    expect(await early.look()).toEqual([]);
  });
});
