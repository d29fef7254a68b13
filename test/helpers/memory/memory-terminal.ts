import type { SerialLine } from "../../../core/agent-ports.ts";
import { ModemkeeperError } from "../../../core/errors.ts";
import type { MemoryTime } from "./memory-time.ts";

/** Ctrl-Z and ESC end a message's text as a carriage return ends a command. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are the protocol (3GPP TS 27.005).
const COMMAND_END = /[\r\u001a\u001b]/;

/** Answers by command, without the line ends around them: `{ AT: "OK", "AT+CPIN?": "+CPIN: READY\n\nOK" }`. */
export type Answers = Record<string, string>;

/** A terminal that answers as a script says, and notes what it was sent. */
export class MemoryTerminal {
  /** What is answered to each command, upper-case; others get ERROR. */
  answers: Answers = { AT: "OK", ATE0: "OK" };
  /** Asked first; what it returns is sent, `""` is silence, undefined leaves it to `answers`. */
  onCommand: (command: string) => string | undefined = () => undefined;
  echo = false;
  /** Takes everything and answers nothing. */
  silent = false;
  /** Takes no bytes: writing fails after its 5 s. */
  stuck = false;
  /** Opening fails with this. */
  refusal: string | undefined;
  /** Commands in the order in which they came, each without its line end. */
  readonly commands: string[] = [];
  /** How often it was opened and closed. */
  opened = 0;
  closed = 0;
  readonly path: string;
  readonly time: MemoryTime;
  readonly #lines = new Set<MemoryLine>();

  constructor(path: string, time: MemoryTime) {
    this.path = path;
    this.time = time;
  }

  /** Lines that are open now. */
  get open(): number {
    return this.#lines.size;
  }

  connect(): SerialLine {
    if (this.refusal !== undefined) throw new ModemkeeperError("io", `cannot open ${this.path}: ${this.refusal}`);
    this.opened += 1;
    const line = new MemoryLine(this);
    this.#lines.add(line);
    return line;
  }

  /** Sends something unasked, e.g. `+CMTI: "ME",3`, with line ends around it. */
  say(text: string): void {
    this.sayRaw(framed(text));
  }

  /** Sends these bytes as they are. */
  sayRaw(text: string): void {
    for (const line of this.#lines) line.receive(Buffer.from(text, "latin1"));
  }

  /** The device goes while it is open. */
  hangUp(): void {
    for (const line of [...this.#lines]) this.drop(line, "the device is gone");
  }

  drop(line: MemoryLine, reason: string): void {
    if (!this.#lines.delete(line)) return;
    this.closed += 1;
    line.ended(reason);
  }

  take(command: string): void {
    this.commands.push(command);
    if (this.echo) this.sayRaw(`${command}\r`);
    if (this.silent) return;
    const answer = this.onCommand(command) ?? this.answers[command.toUpperCase()] ?? "ERROR";
    if (answer !== "") this.say(answer);
  }
}

class MemoryLine implements SerialLine {
  readonly path: string;
  readonly #terminal: MemoryTerminal;
  #onData: (data: Buffer) => void = () => {};
  #onClose: (reason: string) => void = () => {};
  #partial = "";
  #closed = false;

  constructor(terminal: MemoryTerminal) {
    this.path = terminal.path;
    this.#terminal = terminal;
  }

  async write(data: Buffer): Promise<void> {
    this.#terminal.time.stir();
    if (this.#closed) throw new ModemkeeperError("io", `cannot write to ${this.path}: it is closed`);
    if (this.#terminal.stuck) throw new ModemkeeperError("io", `cannot write to ${this.path}: it takes no bytes`);
    const parts = (this.#partial + data.toString("latin1")).split(COMMAND_END);
    this.#partial = parts.pop() ?? "";
    for (const part of parts) this.#terminal.take(part.trim());
  }

  onData(listener: (data: Buffer) => void): void {
    this.#onData = listener;
  }

  onClose(listener: (reason: string) => void): void {
    this.#onClose = listener;
  }

  async close(): Promise<void> {
    this.#terminal.drop(this, "closed");
  }

  /** As from a real line: after what is being done now. */
  receive(data: Buffer): void {
    setImmediate(() => {
      this.#terminal.time.stir();
      if (!this.#closed) this.#onData(data);
    });
  }

  ended(reason: string): void {
    this.#closed = true;
    setImmediate(() => this.#onClose(reason));
  }
}

function framed(text: string): string {
  return `\r\n${text.replaceAll("\n", "\r\n")}\r\n`;
}
