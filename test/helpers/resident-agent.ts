import type { AgentContext } from "../../agent/commands/context.ts";
// The agent loads it when it needs it, which takes real time: here it is there already.
import "../../agent/delivery/webhook-client.ts";
import { engineHere } from "../../agent/engine/engine-here.ts";
import { agentCommand } from "../../agent/resident.ts";
import type { AgentHost } from "../../core/agent-ports.ts";
import { INVENTORY_COPY } from "../../provision/desired/paths.ts";
import { appliedGateway, type Given, LOG, UNIT } from "../unit/agent/observe/agent-machine.ts";

/** systemd makes it with the unit's first process and removes it with the last. */
export const CGROUP = `/sys/fs/cgroup/system.slice/${UNIT}`;
/** What a modem says that is well. */
const WELL = {
  AT: "OK",
  ATE0: "OK",
  "AT+CPIN?": "+CPIN: READY\n\nOK",
  "AT+CREG?": "+CREG: 0,1\n\nOK",
  "AT+CSQ": "+CSQ: 20,99\n\nOK",
  "AT+CGSN": "861234567890123\n\nOK",
};
const SILENT = { err: () => {}, colour: false, interactive: false, ask: async () => "", readInput: async () => "" };

/** The whole agent on a machine in memory with one SIM7600, whose time passes only in `pass`. systemd and smsd are played. */
export class ResidentAgent {
  readonly given: Given;
  /** What it has printed: its log. */
  said = "";
  #end = new AbortController();
  #ended: Promise<number> | undefined;

  private constructor(given: Given) {
    this.given = given;
  }

  /** A machine on which `provision apply` has run; the agent does not run yet. */
  static async onGateway(inventory?: string): Promise<ResidentAgent> {
    const given = await appliedGateway(inventory);
    const { machine } = given;
    machine.time.jumps = false;
    machine.services.isRunning = true;
    machine.given(CGROUP, "");
    machine.terminal("/dev/ttyUSB3").answers = WELL;
    return new ResidentAgent(given);
  }

  start(host: AgentHost = this.given.host): void {
    this.#end = new AbortController();
    const context = this.context((text) => {
      this.said += text;
    });
    this.#ended = agentCommand({ ...context, host }, { engine: engineHere(host) });
  }

  /** For a command beside it. */
  context(out: (text: string) => void): AgentContext {
    const { host, inventory } = this.given;
    return {
      host,
      terminal: { ...SILENT, out },
      inventoryFile: INVENTORY_COPY,
      inventory: async () => inventory,
      signal: this.#end.signal,
      verbose: false,
    };
  }

  /** Asks it to end; what it waits for comes at once. Its exit code, 0 where it was not started. */
  async stop(): Promise<number> {
    this.#end.abort();
    this.given.machine.time.jumps = true;
    return (await this.#ended) ?? 0;
  }

  /** Asks it to end while so many seconds pass on its machine, no more. */
  async endWithin(seconds: number): Promise<void> {
    this.#end.abort();
    await Promise.all([this.#ended, this.given.machine.time.advance(seconds * 1000)]);
  }

  /** Lets seconds pass in steps; smsd, while it runs, polls its modem in each. */
  async pass(seconds: number, step = 1): Promise<void> {
    const { machine } = this.given;
    for (let gone = 0; gone < seconds; gone += step) {
      if (machine.smsd.length > 0) this.poll();
      await machine.time.advance(step * 1000);
    }
  }

  /** smsd asks its modem, and finds nothing. */
  poll(): void {
    const { machine } = this.given;
    const stamp = machine.now.toISOString().slice(0, 19).replace("T", " ");
    machine.append(LOG, `${stamp},6, SIM7600: No SMS received\n`);
  }

  /** smsd dies. */
  crash(): void {
    const { machine } = this.given;
    machine.services.active.delete(UNIT);
    machine.smsd = [];
    machine.files.entries.delete(CGROUP);
  }
}
