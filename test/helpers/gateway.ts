import { exitCodeOf } from "../../core/errors.ts";
import type { AttachedModem } from "../../core/model/attached-modem.ts";
import type { Host, Terminal } from "../../core/ports.ts";
import type { Command, CommandContext } from "../../provision/commands/context.ts";
import { PROGRAM } from "../../provision/desired/paths.ts";
import { type MemoryMachine, memoryMachine, ProcessDied } from "./memory-host.ts";

export const INVENTORY = "/root/inventory.yaml";

export const ONE_SIM7600 = `version: 1
modems:
  - name: SIM7600
    model: SIM7600
`;

/** A board with Debian, its package lists, and one SIM7600 on the bus. */
export async function gateway(inventory = ONE_SIM7600): Promise<MemoryMachine> {
  const machine = await memoryMachine();
  machine.given(INVENTORY, inventory);
  machine.given(PROGRAM, "#!/bin/sh\n", { mode: 0o755 });
  machine.usb = [sim7600("1-1", "platform-3610000.usb-usb-0:1", 0)];
  machine.onUdevTrigger = () => makeLinks(machine);
  smsdSpeaks(machine, ["SIM7600"]);
  return machine;
}

/** A SIM7600 in its usual composition whose first terminal is `ttyUSB<first>`. */
export function sim7600(sysName: string, port: string, first: number): AttachedModem {
  const serial = [0, 1, 2, 3, 4].map((number) => {
    return { number, class: "ff/ff/ff", driver: "option", tty: `ttyUSB${first + number}` };
  });
  return {
    usb: "1e0e:9001",
    sysName,
    port,
    interfaces: [...serial, { number: 5, class: "ff/ff/ff", driver: "qmi_wwan" }],
  };
}

/** What udevd does with our rules for one SIM7600: enough for the engine, and no proof of the rules. */
function makeLinks(machine: MemoryMachine): void {
  const rules = machine.files.entries.get("/etc/udev/rules.d/78-modemkeeper.rules");
  const name = /"ttyUSB_(\w+)_AT"/.exec(rules?.kind === "file" ? rules.content : "")?.[1];
  for (const path of machine.files.entries.keys())
    if (path.startsWith("/dev/ttyUSB_")) machine.files.entries.delete(path);
  if (name === undefined) return;
  const attributes = { mode: 0o777, owner: "root", group: "root", modifiedAt: 0 };
  for (const device of machine.usb) {
    for (const [index, role] of ["DIAG", "NMEA", "AT", "VOICE", "AUDIO"].entries()) {
      const target = device.interfaces[index]?.tty ?? "";
      machine.files.put(`/dev/ttyUSB_${name}_${role}`, { ...attributes, kind: "link", target });
    }
  }
}

export function smsdSpeaks(machine: MemoryMachine, modems: readonly string[]): void {
  const lines = modems.map((name) => `2030-01-01 00:00:01,6, ${name}: No SMS received\n`);
  machine.given("/var/log/smstools/smsd.log", `2030-01-01 00:00:00,2, smsd: Smsd v3.1.21 started.\n${lines.join("")}`);
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly error: unknown;
}

export interface RunOptions {
  readonly answer?: string;
  readonly inventoryFile?: string;
  readonly signal?: AbortSignal;
}

/** Runs one command as its own process on the machine, as `main.ts` would. */
export async function run<O>(host: Host, command: Command<O>, options: O, how: RunOptions = {}): Promise<Ran> {
  const said = { out: "", err: "" };
  const context = contextFor(host, captured(said, how.answer), how);
  try {
    return { code: await command(context, options), ...said, error: undefined };
  } catch (error) {
    if (error instanceof ProcessDied) throw error;
    return { code: exitCodeOf(error), ...said, error };
  }
}

function captured(said: { out: string; err: string }, answer: string | undefined): Terminal {
  return {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    colour: false,
    interactive: answer !== undefined,
    ask: async () => answer ?? "",
    readInput: async () => "",
  };
}

function contextFor(host: Host, terminal: Terminal, how: RunOptions): CommandContext {
  return {
    host,
    local: host.files,
    terminal,
    inventoryFile: how.inventoryFile ?? INVENTORY,
    workingDirectory: "/root",
    verbose: false,
    owner: { owner: "root", group: "root" },
    signal: how.signal ?? new AbortController().signal,
    lockHolder: async () => undefined,
  };
}
