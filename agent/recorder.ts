import type { AgentHost, UsbEvent } from "../core/agent-ports.ts";
import { messageOf } from "../core/errors.ts";
import type { Inventory } from "../core/model/inventory.ts";
import type { Decision } from "./decide/types.ts";
import type { AgentLog } from "./log.ts";
import { mustWrite } from "./memory-changes.ts";
import type { MemoryStore } from "./memory-store.ts";
import type { Metrics } from "./metrics/metrics.ts";
import { findingKey, type OngoingFinding, type Subject } from "./model/finding.ts";
import type { Memory } from "./model/memory.ts";
import type { Moment, Observation } from "./model/observation.ts";
import type { Outcome, Transition } from "./model/step.ts";
import { STATE_FILE } from "./paths.ts";
import { type AgentState, stateOf } from "./state.ts";
import { recordStepBegun, recordStepEnded, recordTransitions } from "./timeline/record.ts";

/** Who reads the state file takes an older one for that of an agent that hangs. */
const STATE_FRESH_MS = 15_000;

/** Makes notices of what is new; never fails. `findings`: all that last; undefined between two looks. */
export type TellPeople = (
  transitions: readonly Transition[],
  findings: readonly OngoingFinding[] | undefined,
  now: Moment,
) => Promise<void>;

/** Puts down what happens: memory on disk, the timeline, the state file, the agent's own log. */
export class Recorder {
  readonly #tellPeople: TellPeople;
  readonly #host: AgentHost;
  readonly #log: AgentLog;
  readonly #store: MemoryStore;
  #written: { readonly memory: Memory; readonly at: number } | undefined;
  #state: { readonly content: string; readonly at: number } | undefined;
  #last: AgentState | undefined;
  #timeline: Promise<unknown> = Promise.resolve();
  readonly #metrics: Metrics;

  constructor(host: AgentHost, log: AgentLog, store: MemoryStore, metrics: Metrics, tellPeople: TellPeople) {
    this.#metrics = metrics;
    this.#tellPeople = tellPeople;
    this.#host = host;
    this.#log = log;
    this.#store = store;
  }

  /** How the gateway stood at the last pass. */
  get state(): AgentState | undefined {
    return this.#last;
  }

  /**
   * What was decided. Notices come first: killed before the memory is written, the next agent decides and tells the same
   * once more. Then memory: steps begin after this, and an agent that is killed in the middle of one must find what it had
   * begun. A disk that takes nothing is told once and does not keep the agent from acting.
   */
  async decided(inventory: Inventory, decision: Decision, seen: Observation, now: Moment): Promise<void> {
    const { transitions, findings } = decision;
    const observer = { pid: process.pid, version: this.#host.program.version };
    const state = stateOf(inventory, seen, decision, now, observer);
    this.#last = state;
    this.#metrics.decided({ inventory, decision, seen, now });
    await this.#tellPeople(transitions, findings, now);
    await this.#remember(decision.memory, now);
    this.#tell(decision);
    await this.#show(state);
  }

  /** Something that happened between two passes. */
  happened(transition: Transition): void {
    this.#metrics.happened(transition);
    this.#log.write(transition.level, transition.sentence, { subject: transition.subject, code: transition.code });
    this.#note(transition);
    const { monotonic, clock } = this.#host;
    const now = { wall: clock.now().getTime(), monotonic: monotonic.now(), bootId: monotonic.bootId };
    this.#append(() => this.#tellPeople([transition], undefined, now));
  }

  ended(outcome: Outcome): void {
    this.#metrics.ended(outcome);
    this.#append(() => recordStepEnded(this.#host, outcome));
    const { subject, step, ok, detail } = outcome;
    if (step.do !== "probe") this.#log.write(ok ? "info" : "warning", detail, { subject, step: step.do, ok });
  }

  /** What a long step is at. */
  progress(subject: Subject, sentence: string): void {
    this.#note({ subject, code: "step-progress", level: "info", sentence, phase: "done", notify: false });
  }

  hotplug(event: UsbEvent): void {
    this.#metrics.hotplug(event);
    const { kind, usb, bus, ports } = event;
    const verb = kind === "attach" ? "appeared on" : "left";
    const sentence = `USB device ${usb} ${verb} the bus (${bus}-${ports.join(".")})`;
    this.#note({ subject: "host", code: `usb-${kind}`, level: "info", sentence, phase: "done", notify: false });
  }

  /** Settles when everything has been written. */
  async settle(): Promise<void> {
    if (this.#written) await this.#save(this.#written.memory);
    await this.#timeline;
  }

  async #remember(memory: Memory, now: Moment): Promise<void> {
    const before = this.#written;
    if (!mustWrite(before?.memory, memory, now.monotonic - (before?.at ?? 0))) return;
    await this.#save(memory);
    this.#written = { memory, at: now.monotonic };
  }

  async #save(memory: Memory): Promise<void> {
    await this.#store.save(memory).catch((error: unknown) => {
      this.#log.write("warning", `the agent's memory could not be written, going on: ${messageOf(error)}`);
    });
  }

  #tell({ transitions, findings, steps }: Decision): void {
    for (const { level, sentence, subject, code, phase } of transitions) {
      this.#log.write(level, sentence, { subject, code, phase });
    }
    if (transitions.length > 0) this.#append(() => recordTransitions(this.#host, transitions, findings));
    const told = new Set(transitions.map(findingKey));
    for (const step of steps) {
      // A rung has its own line.
      if (!told.has(findingKey({ subject: step.subject, code: step.reason.code })))
        this.#append(() => recordStepBegun(this.#host, step));
    }
  }

  #note(transition: Transition): void {
    this.#append(() => recordTransitions(this.#host, [transition], []));
  }

  /** In the order in which it happened. */
  #append(write: () => Promise<unknown>): void {
    this.#timeline = this.#timeline.then(write);
  }

  async #show(state: AgentState): Promise<void> {
    const { at: _, ...timeless } = state;
    const content = JSON.stringify(timeless);
    const now = this.#host.monotonic.now();
    if (this.#state?.content === content && now - this.#state.at < STATE_FRESH_MS) return;
    const spec = { content: `${JSON.stringify(state)}\n`, mode: 0o644, owner: "root", group: "root" };
    await this.#host.files.write(STATE_FILE, spec).catch((error: unknown) => {
      this.#log.write("warning", `${STATE_FILE} could not be written, going on: ${messageOf(error)}`);
    });
    this.#state = { content, at: now };
  }
}
