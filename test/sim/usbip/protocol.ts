/*
 * USB/IP as the kernel's vhci_hcd speaks it once a socket is attached
 * (Documentation/usb/usbip_protocol.rst): headers of 48 octets, big-endian, data after them.
 */

const HEADER_SIZE = 48;
const CMD_SUBMIT = 1;
const CMD_UNLINK = 2;
const RET_SUBMIT = 3;
const RET_UNLINK = 4;

export interface Submit {
  readonly kind: "submit";
  readonly seqnum: number;
  readonly direction: "in" | "out";
  readonly endpoint: number;
  /** What the host gives room for (in) or sends (out). */
  readonly length: number;
  /** The eight octets of a control transfer. */
  readonly setup: Buffer;
  /** Data of an OUT transfer. */
  readonly data: Buffer;
}

export interface Unlink {
  readonly kind: "unlink";
  readonly seqnum: number;
  /** The submit that is to be forgotten. */
  readonly victim: number;
}

export type Command = Submit | Unlink;

/** Cuts the octet stream from the kernel into commands. */
export class CommandReader {
  #buffer: Buffer = Buffer.alloc(0);

  /** @throws Error if the stream is not USB/IP */
  push(chunk: Buffer): Command[] {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    const commands: Command[] = [];
    for (;;) {
      const next = readCommand(this.#buffer);
      if (!next) return commands;
      commands.push(next.command);
      this.#buffer = this.#buffer.subarray(next.size);
    }
  }
}

function readCommand(buffer: Buffer): { command: Command; size: number } | undefined {
  if (buffer.length < HEADER_SIZE) return undefined;
  const kind = buffer.readUInt32BE(0);
  const seqnum = buffer.readUInt32BE(4);
  if (kind === CMD_UNLINK) {
    return { command: { kind: "unlink", seqnum, victim: buffer.readUInt32BE(20) }, size: HEADER_SIZE };
  }
  if (kind !== CMD_SUBMIT) throw new Error(`not a USB/IP command: ${kind}`);
  const direction = buffer.readUInt32BE(12) === 0 ? "out" : "in";
  const length = buffer.readInt32BE(24);
  const size = HEADER_SIZE + (direction === "out" ? length : 0);
  if (buffer.length < size) return undefined;
  const command: Submit = {
    kind: "submit",
    seqnum,
    direction,
    endpoint: buffer.readUInt32BE(16),
    length,
    setup: Buffer.from(buffer.subarray(40, 48)),
    data: Buffer.from(buffer.subarray(HEADER_SIZE, size)),
  };
  return { command, size };
}

/** Completes a submit. `status` is 0 or a negative errno; `data` belongs to IN transfers only. */
export function submitReply(command: Submit, status: number, data: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(HEADER_SIZE);
  header.writeUInt32BE(RET_SUBMIT, 0);
  header.writeUInt32BE(command.seqnum, 4);
  header.writeInt32BE(status, 20);
  const done = status !== 0 ? 0 : command.direction === "in" ? data.length : command.length;
  header.writeInt32BE(done, 24);
  return command.direction === "in" && status === 0 ? Buffer.concat([header, data]) : header;
}

export function unlinkReply(command: Unlink, status: number): Buffer {
  const header = Buffer.alloc(HEADER_SIZE);
  header.writeUInt32BE(RET_UNLINK, 0);
  header.writeUInt32BE(command.seqnum, 4);
  header.writeInt32BE(status, 20);
  return header;
}
