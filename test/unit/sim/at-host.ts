import type { AtSession } from "../../sim/at/session.ts";
import { type CustomSpec, resolveModel } from "../../sim/modem/models.ts";
import { Modem, type ModemOptions } from "../../sim/modem/modem.ts";

/** A person at a terminal on one AT port of a modem that has booted. */
export class AtHost {
  readonly modem: Modem;
  readonly session: AtSession;
  #heard = "";

  constructor(options: Partial<ModemOptions> = {}, model: string | CustomSpec = "SIM7600", echo = false) {
    this.modem = new Modem(resolveModel(model), { name: "test", ...options });
    this.session = this.open("at");
    this.modem.boot();
    if (!echo) this.say("ATE0");
  }

  /** Opens one more port; what it prints comes out of `hear()` too. */
  open(role: "at" | "modem"): AtSession {
    const spec = this.modem.spec.usb.interfaces.find((candidate) => candidate.role === role);
    const session =
      spec &&
      this.modem.openPort(spec, (data) => {
        this.#heard += data.toString("latin1");
      });
    if (!session) throw new Error(`no ${role} port`);
    return session;
  }

  /** Types a line; returns what the modem prints, blank lines left out. */
  say(line: string): string[] {
    this.hear();
    this.session.input(Buffer.from(`${line}\r`));
    return this.hear();
  }

  /** AT+CMGS with its PDU, up to Ctrl-Z. */
  send(pdu: string, length: number): string[] {
    const prompt = this.say(`AT+CMGS=${length}`);
    if (!prompt.includes("> ")) return prompt;
    this.session.input(Buffer.from(`${pdu}\u001a`));
    return this.hear();
  }

  hear(): string[] {
    const lines = this.raw().split("\r\n");
    return lines.filter((line) => line !== "");
  }

  raw(): string {
    const heard = this.#heard;
    this.#heard = "";
    return heard;
  }
}
