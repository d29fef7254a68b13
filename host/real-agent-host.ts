import type { AgentHost } from "../core/agent-ports.ts";
import { realDeliveryHost } from "./delivery-host.ts";
import { realDisk } from "./disk.ts";
import { realHotplug } from "./hotplug.ts";
import { realHttpServers } from "./http-server.ts";
import { RealInspection } from "./inspection.ts";
import { realLogs } from "./logs.ts";
import { realMonotonicClock } from "./monotonic.ts";
import { RealProcesses } from "./processes.ts";
import { realHost } from "./real-host.ts";
import { realPrograms } from "./run-inherited.ts";
import { realSerialPorts } from "./serial.ts";
import { spawnExec } from "./spawn-exec.ts";
import { realStats } from "./stats.ts";
import { RealSupervisor } from "./supervisor.ts";
import { RealUsbControl } from "./usb-control.ts";

export interface RealAgentHostOptions {
  /** Where sysfs and proc are mounted; parameters so that tests can bring their own. */
  readonly sysfs?: string;
  readonly proc?: string;
  /** The environment in which systemd started this process. */
  readonly env?: NodeJS.ProcessEnv;
}

/** This machine as the agent and the `modemkeeper` commands need it. Nothing is opened or loaded before it is used. */
export async function realAgentHost(options: RealAgentHostOptions = {}): Promise<AgentHost> {
  const { sysfs = "/sys", proc = "/proc", env = process.env } = options;
  const monotonic = realMonotonicClock(proc);
  return {
    ...(await realHost({ sysfs, proc, exec: spawnExec })),
    serial: realSerialPorts,
    hotplug: realHotplug,
    usbControl: new RealUsbControl(spawnExec, sysfs, monotonic),
    proc: new RealProcesses("/", proc),
    supervisor: new RealSupervisor(spawnExec, env, process.pid),
    disk: realDisk,
    logs: realLogs,
    stats: realStats,
    monotonic,
    programs: realPrograms,
    delivery: realDeliveryHost(),
    inspection: new RealInspection(spawnExec),
    http: realHttpServers,
  };
}
