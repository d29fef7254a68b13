import type { Fault, FaultKind } from "../sim/modem/faults.ts";
import type { JournalEntry } from "../sim/modem/journal.ts";
import type { Delivery } from "../sim/modem/network.ts";
import type { SentMessage } from "../sim/modem/outbox.ts";
import type { PlugOptions } from "../sim/simulator.ts";

export const SIM_SOCKET = "/run/lab-sim.sock";

/** Starts the simulator in a guest, as a unit of its own: it must survive the command that starts it. */
export const START_SIM = [
  "modprobe vhci_hcd",
  `systemd-run --quiet --unit=lab-sim /srv/lab/node /srv/lab/sim/test/sim/main.js serve --socket ${SIM_SOCKET}`,
  `timeout 30 sh -c 'until [ -S ${SIM_SOCKET} ]; do sleep 0.2; done'`,
].join(" && ");

/** The simulated modems of a guest. `modem` names one; it may be left out while there is only one. */
export class GuestSim {
  readonly #ask: (line: string) => Promise<string>;
  readonly #run: (command: string) => Promise<unknown>;

  constructor(ask: (line: string) => Promise<string>, run: (command: string) => Promise<unknown>) {
    this.#ask = ask;
    this.#run = run;
  }

  /** Needed only after a boot: it runs already in a guest that comes from a snapshot. */
  async start(): Promise<void> {
    await this.#run(START_SIM);
  }

  /** Plugs in a modem (SIM7600 by default) and returns its name. Port N appears as sysfs `1-(N+1)`. */
  async plug(options: PlugOptions = {}): Promise<string> {
    return String((await this.#command("plug", options)).modem);
  }

  async unplug(modem?: string): Promise<void> {
    await this.#command("unplug", { modem });
  }

  async fault(fault: Fault, modem?: string): Promise<void> {
    await this.#command("fault", { ...fault, modem });
  }

  async heal(kind?: FaultKind, modem?: string): Promise<void> {
    await this.#command("heal", { kind, modem });
  }

  /** An SMS arrives for the modem's SIM. */
  async receive(delivery: Delivery, modem?: string): Promise<void> {
    await this.#command("receive", { ...delivery, modem });
  }

  /** What the modem has sent, oldest first. */
  async sent(modem?: string): Promise<readonly SentMessage[]> {
    return (await this.#command("sent", { modem })).messages as readonly SentMessage[];
  }

  /** What was said on the modem's ports. */
  async journal(modem?: string): Promise<readonly JournalEntry[]> {
    return (await this.#command("journal", { modem })).entries as readonly JournalEntry[];
  }

  /** What was said on the ports of every modem, by name. */
  async journals(): Promise<Readonly<Record<string, readonly JournalEntry[]>>> {
    const names = (await this.state()).map(({ name }) => String(name));
    const pairs = names.map(async (name) => [name, await this.journal(name)] as const);
    return Object.fromEntries(await Promise.all(pairs));
  }

  async state(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return (await this.#command("state", {})).modems as readonly Readonly<Record<string, unknown>>[];
  }

  async #command(cmd: string, args: object): Promise<Record<string, unknown>> {
    const answer = JSON.parse(await this.#ask(JSON.stringify({ cmd, ...args }))) as Record<string, unknown>;
    if (answer.ok !== true) throw new Error(`simulator, ${cmd}: ${answer.error}`);
    return answer;
  }
}
