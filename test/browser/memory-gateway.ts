import type { AgentContext } from "../../agent/commands/context.ts";
import { modemkeeperProgram } from "../../agent/commands/program.ts";
import { engineHere } from "../../agent/engine/engine-here.ts";
import { agentCommand } from "../../agent/resident.ts";
import type { AgentHost } from "../../core/agent-ports.ts";
import { exitCodeOf, messageOf } from "../../core/errors.ts";
import type { HttpServers } from "../../core/http-ports.ts";
import { realHttpServers } from "../../host/http-server.ts";
import { INVENTORY_COPY } from "../../provision/desired/paths.ts";
import { TOKEN, TOKEN_REF } from "../helpers/api-desk.ts";
import { sim7600 } from "../helpers/gateway.ts";
import { smsdFile } from "../helpers/incoming/smsd-file.ts";
import { giveRunFolder } from "../unit/agent/commands/command-desk.ts";
import { appliedGateway, type Given, LOG, UNIT } from "../unit/agent/observe/agent-machine.ts";

const INVENTORY = `version: 1
modems:
  - name: SIM7600
    model: SIM7600
http:
  token: { file: ${TOKEN_REF.path} }
incoming:
  sinks:
    - { type: webhook, name: crm, url: "https://crm.example/sms", refusals: 2 }
`;

const PLACE = "platform-3610000.usb-usb-0:1";
const CGROUP = `/sys/fs/cgroup/system.slice/${UNIT}`;
const WELL = {
  AT: "OK",
  ATE0: "OK",
  "AT+CPIN?": "+CPIN: READY\n\nOK",
  "AT+CREG?": "+CREG: 0,1\n\nOK",
  "AT+CSQ": "+CSQ: 20,99\n\nOK",
};
/** The machine's time runs faster than ours: so many of its milliseconds at each beat, and ours between two. */
const STEP_MS = 500;
const BEAT_MS = 10;
/** Where somebody wants to see what happens on the way. */
const SLOW_BEAT_MS = 250;
/** Of the machine's time: how long the modem is silent after a reset. */
const BOOT_MS = 8_000;

/**
 * A whole agent with its API on a real port, on a machine in memory whose time runs by itself. Jobs run the real commands,
 * each as a process of its own on that machine. smsd and the modem are played.
 */
export class MemoryGateway {
  readonly #given: Given;
  readonly #end = new AbortController();
  #ended: Promise<number> | undefined;
  #time: Promise<void> | undefined;
  #origin = "";
  #hangs = false;
  /** On the machine's clock: when a modem that was restarted answers again. */
  #bootedAt = Number.POSITIVE_INFINITY;
  /** Time runs so that each phase of a recovery lasts a second or more. */
  slowly = false;
  /** What the receiver of messages answers. */
  receiver = 200;

  private constructor(given: Given) {
    this.#given = given;
  }

  static async start(): Promise<MemoryGateway> {
    const gateway = new MemoryGateway(await appliedGateway(INVENTORY));
    gateway.#setScene();
    await gateway.#run();
    return gateway;
  }

  get origin(): string {
    return this.#origin;
  }

  get token(): string {
    return TOKEN;
  }

  async stop(): Promise<void> {
    this.#end.abort();
    this.#given.machine.time.jumps = true;
    await Promise.all([this.#ended, this.#time]);
  }

  /** The modem answers nobody, and smsd gets errors from it, until it is reset on the bus. */
  hang(): void {
    this.#silence();
    for (let count = 0; count < 5; count += 1) this.#logs(3, "write_to_modem: error 5: Input/output error");
  }

  /** smsd receives a message. */
  receive(from: string, text: string): void {
    const folder = "/var/spool/sms/incoming";
    this.#given.machine.given(`${folder}/GSM1.abcdef`, smsdFile({ from, text }).toString());
    this.#given.machine.delivery.tell(folder, "GSM1.abcdef");
  }

  /** Commands that jobs ran, oldest first. */
  jobs(): readonly string[] {
    return this.#given.machine.journal.filter((line) => line.startsWith("job "));
  }

  #setScene(): void {
    const { machine } = this.#given;
    machine.time.jumps = false;
    machine.services.isRunning = true;
    machine.given(CGROUP, "");
    machine.secrets.set(`file ${TOKEN_REF.path}`, TOKEN);
    giveRunFolder(this.#given);
    const attributes = { mode: 0o770, owner: "smsd", group: "dialout", modifiedAt: 0 };
    for (const name of ["incoming", "report"]) {
      machine.files.put(`/var/spool/sms/${name}`, { ...attributes, kind: "directory" });
    }
    machine.delivery.onRequest = () => ({ status: this.receiver });
    machine.onUsbControl = (operation) => {
      if (operation === "reset") this.#restartModem();
    };
    machine.onJob = (args, onLine, signal) => this.#job(args, onLine, signal);
    this.#playSmsd();
    this.#answerWell();
  }

  #restartModem(): void {
    const { machine } = this.#given;
    machine.unplug("1-1");
    machine.plug(sim7600("1-1", PLACE, 0));
    this.#silence();
    this.#bootedAt = machine.time.monotonic + BOOT_MS;
  }

  #silence(): void {
    this.#hangs = true;
    for (const tty of ["ttyUSB2", "ttyUSB3"]) this.#given.machine.terminal(`/dev/${tty}`).silent = true;
  }

  #answerWell(): void {
    this.#hangs = false;
    this.#bootedAt = Number.POSITIVE_INFINITY;
    for (const tty of ["ttyUSB2", "ttyUSB3"]) {
      Object.assign(this.#given.machine.terminal(`/dev/${tty}`), { answers: { ...WELL }, silent: false });
    }
  }

  /** systemd makes the unit's cgroup with its first process and removes it with the last. */
  #playSmsd(): void {
    const { machine } = this.#given;
    const control = machine.services.control.bind(machine.services);
    machine.services.control = async (verb, unit) => {
      await control(verb, unit);
      if (unit !== UNIT) return;
      if (machine.smsd.length > 0) machine.given(CGROUP, "");
      else machine.files.entries.delete(CGROUP);
    };
  }

  async #run(): Promise<void> {
    const { host, inventory } = this.#given;
    const listen: HttpServers["listen"] = async (place, handler, limits) => {
      if ("socket" in place) return host.http.listen(place, handler, limits);
      const listening = await realHttpServers.listen({ ...place, port: 0 }, handler, limits);
      this.#origin = `http://${listening.address}`;
      return listening;
    };
    const served: AgentHost = { ...host, http: { ...host.http, listen } };
    const context = this.#context(served, this.#end.signal, () => {});
    this.#ended = agentCommand({ ...context, inventory: async () => inventory }, { engine: engineHere(served) });
    this.#time = this.#passTime();
    while (this.#origin === "") await beat(BEAT_MS);
  }

  async #passTime(): Promise<void> {
    const { machine } = this.#given;
    while (!this.#end.signal.aborted) {
      if (machine.time.monotonic >= this.#bootedAt) this.#answerWell();
      if (machine.smsd.length > 0 && !this.#hangs) this.#logs(6, "No SMS received");
      await machine.time.advance(STEP_MS);
      await beat(this.slowly ? SLOW_BEAT_MS : BEAT_MS);
    }
  }

  #logs(level: number, text: string): void {
    const { machine } = this.#given;
    const stamp = machine.now.toISOString().slice(0, 19).replace("T", " ");
    machine.append(LOG, `${stamp},${level}, SIM7600: ${text}\n`);
  }

  async #job(args: readonly string[], onLine: (line: string, from: "out" | "err") => void, signal: AbortSignal) {
    let code = 0;
    const program = modemkeeperProgram({
      version: "0",
      context: async ({ by = "" }) => ({ ...this.#context(this.#given.machine.agentHost(), signal, onLine), by }),
      finished: (exit) => {
        code = exit;
      },
    });
    try {
      await program.parseAsync(args, { from: "user" });
      return code;
    } catch (error) {
      onLine(messageOf(error), "err");
      return exitCodeOf(error);
    }
  }

  #context(host: AgentHost, signal: AbortSignal, onLine: (line: string, from: "out" | "err") => void): AgentContext {
    const lines = (from: "out" | "err") => (text: string) => {
      for (const line of text.split("\n")) if (line !== "") onLine(line, from);
    };
    const terminal = { colour: false, interactive: false, ask: async () => "", readInput: async () => "" };
    return {
      host,
      terminal: { ...terminal, out: lines("out"), err: lines("err") },
      inventoryFile: INVENTORY_COPY,
      inventory: async () => this.#given.inventory,
      signal,
      verbose: false,
    };
  }
}

function beat(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}
