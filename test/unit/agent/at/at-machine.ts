import { ACCESS_LOG } from "../../../../agent/paths.ts";
import type { AttachedModem } from "../../../../core/model/attached-modem.ts";
import { type MemoryAgentMachine, memoryAgentMachine } from "../../../helpers/memory-agent-host.ts";
import { sampleInventory, sampleModel, sampleModem } from "../../../helpers/sample-inventory.ts";

export const LOCK = "/var/lock/modem_access.lock";
export const SMSD_LOG = "/var/log/smstools/smsd.log";
/** A script that holds the lock. */
export const SCRIPT = { pid: 4711, process: "check.sh", user: "root", since: Date.parse("2026-01-17T10:20:31Z") };

const model = sampleModel({ at: { ...sampleModel().at, second: "VOICE", push: ["AT+CATR=2"] } });
export const inventory = sampleInventory({
  modems: [
    sampleModem({ model, name: "SIM7600" }),
    sampleModem({ model, name: "OTHER", match: { port: "far-usb-0:9" } }),
  ],
});

export const DEVICE: AttachedModem = {
  usb: "1e0e:9001",
  sysName: "1-2",
  port: "platform-usb-0:2",
  interfaces: [0, 1, 2, 3, 4].map((number) => ({ number, class: "ff/00/00", tty: `ttyUSB${number}` })),
};

export async function machineWithModem(device: AttachedModem = DEVICE): Promise<MemoryAgentMachine> {
  const machine = await memoryAgentMachine();
  machine.plug(device);
  for (const tty of ["ttyUSB2", "ttyUSB3"]) machine.terminal(`/dev/${tty}`).answers["AT+CSQ"] = "+CSQ: 20,99\n\nOK";
  return machine;
}

/** The log of who talked to modems. */
export function accesses(machine: MemoryAgentMachine): string {
  const entry = machine.files.entries.get(ACCESS_LOG);
  return entry?.kind === "file" ? entry.content : "";
}
