import type { AgentHost, Holder } from "../../core/agent-ports.ts";
import type { StopFlag } from "../../core/manual-stop.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import { APPLY_LOCK } from "../../provision/desired/paths.ts";
import type { Engine } from "../engine/engine.ts";
import type { Lanes } from "../lanes.ts";
import type { ConfigurationObservation, Observation, SmsdProcess } from "../model/observation.ts";
import type { Outcome } from "../model/step.ts";
import { Background } from "./background.ts";
import { ConfigurationWatch } from "./configuration.ts";
import { observeDisk } from "./disk.ts";
import { observeFlag } from "./flag.ts";
import { Folders } from "./folders.ts";
import { type Neighbours, NeighbourWatch } from "./holders.ts";
import { observeInFlight } from "./in-flight.ts";
import { observeLinks } from "./links.ts";
import { LogReader } from "./log.ts";
import type { PulseWatch } from "./pulse.ts";
import { SmsdWatch } from "./smsd.ts";
import { observeSpool } from "./spool.ts";
import { observeSuspend } from "./suspend.ts";
import { observeUsb, ourTerminals, type UsbObservation } from "./usb.ts";

/**
 * Looks at the host. What a decision rests on is read anew each time, and a pass fails where that cannot be read; what costs
 * much or changes seldom is kept for a while.
 */
export class Observer {
  readonly #host: AgentHost;
  readonly #actorHeld: () => boolean;
  readonly #smsd: SmsdWatch;
  readonly #folders: Folders;
  readonly #neighbours: NeighbourWatch;
  readonly #configuration: ConfigurationWatch;
  readonly #compared: Background<ConfigurationObservation>;
  #last: { readonly inventory: Inventory; readonly seen: Observation } | undefined;
  /** Called when something is known that the last look had no time to wait for. */
  onNews: () => void = () => {};
  /** Shared with the pulse, which reads on between two passes. */
  readonly log: LogReader;

  /** `actorHeld`: whether the lock of whoever changes the host is ours now. */
  constructor(host: AgentHost, engine: Engine, actorHeld: () => boolean = () => false) {
    this.#host = host;
    this.#actorHeld = actorHeld;
    this.log = new LogReader(host);
    this.#smsd = new SmsdWatch(host);
    this.#folders = new Folders(host);
    this.#neighbours = new NeighbourWatch(host);
    this.#configuration = new ConfigurationWatch(host, engine);
    this.#compared = new Background(host.clock, () => this.onNews());
  }

  /** The manual stop flag as last observed. */
  get flag(): StopFlag | undefined {
    return this.#last?.seen.flag;
  }

  /** What the pulse keeps an eye on; undefined before the first observation. */
  get watch(): PulseWatch | undefined {
    if (!this.#last) return undefined;
    const { inventory, seen } = this.#last;
    const pids = [...seen.smsd.processes, ...seen.smsd.strays].map(({ pid }) => pid);
    return { flag: inventory.manualStop.flag, logfile: inventory.smsd.logfile, pids };
  }

  /** @throws ModemkeeperError io if what every decision rests on cannot be read */
  async observe(inventory: Inventory, lanes: Pick<Lanes, "running" | "outcomes">): Promise<Observation> {
    // Both from before the look: a step that ends meanwhile still counts as running, since what was read may be from before its end.
    const { outcomes, running } = lanes;
    this.#forgetAfter(outcomes);
    const host = this.#host;
    const { modems, smsd } = inventory;
    const [usb, links, suspend, , disk, operator] = await Promise.all([
      observeUsb(host, modems),
      observeLinks(host, modems),
      observeSuspend(host, namesOf(inventory)),
      this.log.read(smsd.logfile),
      observeDisk(host, smsd),
      this.#operator(),
    ]);
    const processes = await this.#smsd.look();
    // After the processes: whoever stops smsd writes the flag first, so an end that we see is never without it.
    const flag = await observeFlag(host, inventory.manualStop.flag);
    const seen: Observation = {
      ...usb,
      links,
      smsd: { ...processes, log: this.log.digest, ...suspend, inFlight: await this.#inFlight(inventory) },
      ...(flag ? { flag } : {}),
      spool: await observeSpool(this.#folders, smsd.spool, host.clock.now().getTime()),
      disk,
      ...(await this.#others(usb, inventory, [...processes.processes, ...processes.strays])),
      ...(operator ? { operator } : {}),
      configuration: await this.#configurationOf(inventory, operator !== undefined || isApplying(running)),
      running,
      outcomes,
    };
    this.#last = { inventory, seen };
    return seen;
  }

  /** What was known is old after a step that changed it. */
  #forgetAfter(outcomes: readonly Outcome[]): void {
    const kinds = new Set(outcomes.map(({ step }) => step.do));
    if (outcomes.some(({ subject }) => subject === "smsd") || kinds.has("apply-inventory")) this.#smsd.forget();
    if (kinds.has("apply-inventory")) this.#configuration.forget();
    if (outcomes.some(({ step, ok }) => step.do === "apply-inventory" && ok)) this.#configuration.applied();
    kinds.delete("probe");
    if (kinds.size > 0) this.#neighbours.forget();
  }

  async #operator(): Promise<Holder | undefined> {
    return this.#actorHeld() ? undefined : this.#host.proc.lockHolder(APPLY_LOCK);
  }

  /** To compare the host with its inventory takes a process of its own, and seconds on a busy board. */
  async #configurationOf(inventory: Inventory, busy: boolean): Promise<ConfigurationObservation> {
    if (busy) this.#configuration.forget();
    const known = await this.#compared.ask(() => this.#configuration.look(inventory, busy));
    return known && !this.#configuration.outdated ? known : this.#configuration.unknown(inventory);
  }

  #inFlight(inventory: Inventory): Promise<Readonly<Record<string, string>>> {
    return observeInFlight(this.#host, this.#folders, inventory.smsd.spool.checked, namesOf(inventory));
  }

  #others(usb: UsbObservation, { accessLock }: Inventory, smsds: readonly SmsdProcess[]): Promise<Neighbours> {
    const pids = smsds.map(({ pid }) => pid);
    return this.#neighbours.look(ourTerminals(usb), accessLock.file, pids);
  }
}

function namesOf({ modems }: Inventory): readonly string[] {
  return modems.map(({ name }) => name);
}

/** While we apply, the half of it must not look like a difference. */
function isApplying(running: Lanes["running"]): boolean {
  return running.some(({ subject }) => subject === "host");
}
