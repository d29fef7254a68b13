import type { SerialPorts } from "../core/agent-ports.ts";
import { ModemkeeperError, messageOf } from "../core/errors.ts";
import { type OpenTerminal, RealSerialLine } from "./serial-line.ts";
import { within } from "./within.ts";

const OPEN_TIMEOUT = 5_000;

const OPTIONS = {
  baudRate: 115_200,
  rtscts: false,
  // serialport would lock the terminal itself, which smsd and scripts neither ask for nor expect: the access lock does that.
  lock: false,
  // Leaves DTR as it is: on some modems its fall at close means hanging up or a reset (AT&D).
  hupcl: false,
} as const;

/** Terminals by serialport's binding, which opens without waiting for a carrier and sets the line raw. */
export const realSerialPorts: SerialPorts = {
  async open(path) {
    const opening = openTerminal(path);
    try {
      const terminal = await within(OPEN_TIMEOUT, opening);
      if (terminal) return new RealSerialLine(path, terminal);
    } catch (error) {
      throw new ModemkeeperError("io", `cannot open ${path}: ${reasonOf(error)}`, { cause: error });
    }
    // The kernel may still open it: then nobody wants it.
    opening.then((terminal) => terminal.close()).catch(() => {});
    throw new ModemkeeperError("io", `cannot open ${path}: it did not open within ${OPEN_TIMEOUT / 1000} s`);
  },
};

async function openTerminal(path: string): Promise<OpenTerminal> {
  // Loaded on first use, since many runs open no terminal; and of serialport its binding alone: the parsers and the stream
  // around it take 5 MB of a resident process (measured), and the stream takes a hang-up for silence.
  const { LinuxBinding } = await import("@serialport/bindings-cpp");
  const terminal = await LinuxBinding.open({ ...OPTIONS, path });
  if (terminal.fd !== null) return terminal as OpenTerminal;
  throw new Error("it closed at once");
}

/** `Error: No such file or directory, cannot open /dev/ttyUSB2` → `No such file or directory`. */
function reasonOf(error: unknown): string {
  return messageOf(error)
    .replace(/^Error:? /, "")
    .replace(/, cannot open .*$/, "");
}
