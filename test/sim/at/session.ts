import type { Modem } from "../modem/modem.ts";
import { findAction } from "./actions.ts";
import { isFinal, type Outcome, renderError } from "./outcome.ts";
import { findEntry, splitCommands } from "./transcript.ts";

const CR = 0x0d;
const BACKSPACE = 0x08;
const CTRL_Z = 0x1a;
const ESC = 0x1b;

/** The line discipline of one AT port: echo, command lines, the `> ` prompt. */
export class AtSession {
  readonly interface: number;
  readonly #modem: Modem;
  readonly #output: (data: Buffer) => void;
  #pending: number[] = [];
  #line = "";
  #echo = true;
  #echoed: number[] = [];
  #prompt: ((body: string) => Outcome) | undefined;
  #busy: NodeJS.Timeout | undefined;

  constructor(modem: Modem, interfaceNumber: number, output: (data: Buffer) => void) {
    this.#modem = modem;
    this.interface = interfaceNumber;
    this.#output = output;
  }

  /** Bytes from the host. A modem that has not booted yet does not hear them. */
  input(data: Uint8Array): void {
    if (!this.#modem.ready) return;
    this.#pending.push(...data);
    this.#pump();
  }

  /** As after a boot: echo on, nothing typed. */
  reset(): void {
    clearTimeout(this.#busy);
    this.#busy = undefined;
    this.#pending = [];
    this.#echoed = [];
    this.#line = "";
    this.#echo = true;
    this.#prompt = undefined;
  }

  unsolicited(line: string): void {
    this.#print([line]);
  }

  get #hung(): boolean {
    return this.#modem.faults.hangOf(this.interface) !== undefined;
  }

  #pump(): void {
    while (!this.#busy) {
      const byte = this.#pending.shift();
      if (byte === undefined) break;
      if (this.#echo && !this.#hung) this.#echoed.push(byte);
      if (this.#prompt) this.#typeBody(byte, this.#prompt);
      else this.#typeCommand(byte);
    }
    this.#write("");
  }

  /** What was echoed goes out first, in one piece. */
  #write(text: string): void {
    const data = Buffer.concat([Buffer.from(this.#echoed), Buffer.from(text, "latin1")]);
    this.#echoed = [];
    if (data.length > 0) this.#output(data);
  }

  #typeCommand(byte: number): void {
    if (byte === CR) {
      const line = this.#line.trim();
      this.#line = "";
      if (line !== "") this.#execute(line);
    } else if (byte === CTRL_Z || byte === ESC) this.#line = "";
    else if (byte === BACKSPACE) this.#line = this.#line.slice(0, -1);
    else this.#line += String.fromCharCode(byte);
  }

  #typeBody(byte: number, prompt: (body: string) => Outcome): void {
    if (byte !== CTRL_Z && byte !== ESC) {
      this.#line += String.fromCharCode(byte);
      return;
    }
    const body = this.#line;
    this.#line = "";
    this.#prompt = undefined;
    this.#modem.note(this.interface, ">", `${body.trim()}${byte === ESC ? " <ESC>" : " <Ctrl-Z>"}`);
    this.#finish(byte === ESC ? { lines: ["OK"] } : prompt(body));
  }

  #execute(line: string): void {
    this.#modem.note(this.interface, ">", line);
    if (this.#hung) {
      this.#modem.hearThroughHang(line);
      return;
    }
    // What does not begin with AT is noise to a modem.
    if (/^at/i.test(line)) this.#finish(this.#runAll(splitCommands(line)));
  }

  /** Commands of one line run in order, one OK for all of them, up to the first that fails. */
  #runAll(commands: readonly string[]): Outcome {
    const lines: string[] = [];
    let delay = 0;
    let last: Outcome = { lines: [] };
    for (const [index, command] of commands.entries()) {
      last = this.#run(command);
      delay += last.delay ?? 0;
      const succeeded = last.lines.at(-1) === "OK";
      const more = index < commands.length - 1;
      lines.push(...(succeeded && more ? last.lines.slice(0, -1) : last.lines));
      if (!succeeded) break;
    }
    return { ...last, lines, delay };
  }

  #run(command: string): Outcome {
    const found = findEntry(this.#modem.dialogue, command);
    if (!found) return { lines: ["ERROR"] };
    const lines: string[] = [];
    let outcome: Outcome = { lines };
    for (const step of found.entry.steps) {
      if (step.kind === "reply") lines.push(this.#modem.fill(step.text));
      if (step.kind === "wait") outcome = { ...outcome, delay: (outcome.delay ?? 0) + step.milliseconds };
      if (step.kind === "require") {
        const error = this.#modem.unmet(step.condition);
        if (error) return { lines: [error] };
      }
      if (step.kind === "act") {
        const acted = this.#act(step.action, found.argument);
        lines.push(...acted.lines);
        outcome = { ...outcome, ...acted, lines, delay: (outcome.delay ?? 0) + (acted.delay ?? 0) };
      }
    }
    return outcome;
  }

  #act(name: string, argument: string): Outcome {
    const action = findAction(name);
    if (!action) throw new Error(`transcript asks for the unknown action "${name}"`);
    const setEcho = (on: boolean) => {
      this.#echo = on;
    };
    return action({ modem: this.#modem, interface: this.interface, argument, setEcho });
  }

  #finish(outcome: Outcome): void {
    const delay = outcome.delay ?? 0;
    if (delay === 0) {
      this.#answer(outcome);
      return;
    }
    this.#busy = setTimeout(() => {
      this.#busy = undefined;
      this.#answer(outcome);
      this.#pump();
    }, delay);
  }

  #answer(outcome: Outcome): void {
    this.#print(outcome.lines);
    if (outcome.prompt) {
      this.#prompt = outcome.prompt;
      this.#line = "";
      this.#write("\r\n> ");
    }
    outcome.afterwards?.();
  }

  #print(lines: readonly string[]): void {
    if (lines.length === 0 || this.#hung || !this.#modem.ready) return;
    const shown = lines.map((line) => renderError(line, this.#modem.get("cmee")));
    for (const line of shown) this.#modem.note(this.interface, "<", line);
    const last = shown.at(-1) ?? "";
    const information = isFinal(last) ? shown.slice(0, -1) : shown;
    const blocks = information.length > 0 ? `\r\n${information.join("\r\n")}\r\n` : "";
    this.#write(isFinal(last) ? `${blocks}\r\n${last}\r\n` : blocks);
  }
}
