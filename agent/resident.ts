import type { AgentHost } from "../core/agent-ports.ts";
import { EXIT, messageOf } from "../core/errors.ts";
import type { Inventory } from "../core/model/inventory.ts";
import type { Actor } from "./act/actor.ts";
import { ActorLock } from "./act/actor-lock.ts";
import { carryOut } from "./act/carry-out.ts";
import { Api } from "./api.ts";
import { Listeners } from "./at/listeners.ts";
import type { AgentCommand } from "./commands/context.ts";
import { Deliveries } from "./deliveries.ts";
import type { Engine } from "./engine/engine.ts";
import { engineApart } from "./engine/engine-apart.ts";
import { Lanes } from "./lanes.ts";
import { type AgentLog, agentLog } from "./log.ts";
import { type LoopParts, runLoop } from "./loop.ts";
import { MemoryStore } from "./memory-store.ts";
import { Metrics } from "./metrics/metrics.ts";
import { Textfile } from "./metrics/textfile.ts";
import { Background } from "./observe/background.ts";
import { type InventoryInForce, InventorySource } from "./observe/inventory-source.ts";
import { Observer } from "./observe/observer.ts";
import { Pulse } from "./observe/pulse.ts";
import { STATE_FILE } from "./paths.ts";
import { Recorder } from "./recorder.ts";
import { Wake } from "./wake.ts";

/** After the end of a step its effect is looked at without delay. */
const AT_ONCE = 0;
/** An editor that writes in place may be half done; half an inventory may be a valid one. */
const EDITED_MS = 1_500;
/** The whole stop takes less than systemd's five seconds: a step that does not end by then is taken up by the next agent. */
const STEPS_MAY_END_MS = 3_000;

export interface AgentOptions {
  /** Where the engine is, if not in a process of its own. */
  readonly engine?: Engine;
}

/** `modemkeeper agent`: watches, decides and acts until it is told to end. */
export const agentCommand: AgentCommand<AgentOptions> = async ({ host, terminal, signal }, options) => {
  const log = agentLog((line) => terminal.out(line));
  const store = new MemoryStore(host);
  const engine = options.engine ?? engineApart(host, signal);
  const agent = await assemble({ host, log, store, engine, signal });
  const remembered = await store.load();
  if (remembered.problem !== undefined) log.write("warning", remembered.problem);
  const stop = await agent.start();
  log.write("info", "the agent watches", { version: host.program.version, modems: agent.modems() });
  await host.supervisor.notify({ ready: true });
  try {
    await runLoop(agent.parts, remembered.memory, signal);
    return EXIT.ok;
  } finally {
    await host.supervisor.notify({ stopping: true });
    await stop();
    log.write("info", "the agent has ended");
  }
};

interface Agent {
  readonly parts: LoopParts;
  modems(): readonly string[];
  /** Begins to listen to events; returns what ends it all. */
  start(): Promise<() => Promise<void>>;
}

interface Means {
  readonly host: AgentHost;
  readonly log: AgentLog;
  readonly store: MemoryStore;
  readonly engine: Engine;
  readonly signal: AbortSignal;
}

async function assemble({ host, log, store, engine, signal }: Means): Promise<Agent> {
  const source = new InventorySource(host, engine);
  let { inventory } = await source.current();
  const wake = new Wake(host.monotonic, host.clock);
  const lock = new ActorLock(host);
  const observer = new Observer(host, engine, () => lock.held);
  const listeners = new Listeners(host);
  observer.onNews = () => wake.soon(AT_ONCE);
  const read = new Background<InventoryInForce>(host.clock, observer.onNews);
  const metrics = new Metrics(host);
  const textfile = new Textfile({ host, log, text: () => metrics.text() });
  const recorder: Recorder = new Recorder(host, log, store, metrics, (...what) => deliveries.notices.record(...what));
  const deliveries: Deliveries = new Deliveries(
    {
      host,
      log,
      counters: metrics.counters,
      state: () => recorder.state,
      happened: (transition) => recorder.happened(transition),
      news: observer.onNews,
    },
    inventory,
  );
  const api = new Api(
    {
      host,
      log,
      state: () => recorder.state,
      metrics: () => metrics.text(),
      signals: () => metrics.signals(),
      news: observer.onNews,
      answered: (route, code) => metrics.counters.requested(route, code),
    },
    inventory,
  );
  const actor: Actor = {
    host,
    lock,
    engine,
    signal,
    inventory: () => inventory,
    flag: () => observer.flag,
    session: (tty) => listeners.talk(tty),
    progress: (subject, sentence) => recorder.progress(subject, sentence),
  };
  const lanes = new Lanes(
    host.monotonic,
    (issued) => carryOut(actor, issued),
    (outcome) => {
      recorder.ended(outcome);
      wake.soon(AT_ONCE);
    },
  );
  const parts: LoopParts = {
    clock: host.clock,
    monotonic: host.monotonic,
    wake,
    lanes,
    supervisor: host.supervisor,
    inventory: async () => {
      inventory = (await read.ask(() => source.current()))?.inventory ?? inventory;
      deliveries.configure(inventory);
      textfile.configure(inventory);
      api.configure(inventory);
      return inventory;
    },
    observe: async (of: Inventory, from) => ({
      ...(await observer.observe(of, from)),
      ...deliveries.observe(),
      ...textfile.observe(),
      ...api.observe(),
    }),
    listen: (ports) => listeners.set(ports, inventory.accessLock.file),
    record: async (decision, seen, now) => {
      await recorder.decided(inventory, decision, seen, now);
      await deliveries.acknowledge(seen);
    },
    failed: (error) => log.error(`a look at the host failed, trying again: ${messageOf(error)}`, error),
  };
  return {
    parts,
    modems: () => inventory.modems.map(({ name }) => name),
    start: async () => {
      await deliveries.start();
      await api.start();
      return listenToEvents({ host, observer, wake, recorder, lanes, listeners, deliveries, api, textfile });
    },
  };
}

interface Live {
  readonly host: AgentHost;
  readonly observer: Observer;
  readonly wake: Wake;
  readonly recorder: Recorder;
  readonly lanes: Lanes;
  readonly listeners: Listeners;
  readonly deliveries: Deliveries;
  readonly textfile: Textfile;
  readonly api: Api;
}

function listenToEvents(live: Live): () => Promise<void> {
  const { host, observer, wake, recorder, lanes, listeners, deliveries, api, textfile } = live;
  const unwatch = host.hotplug.watch((event) => {
    recorder.hotplug(event);
    wake.soon();
  });
  const pulse = new Pulse(host, observer.log, () => observer.watch);
  pulse.start((changes) => wake.soon(changes.every((change) => change === "inventory") ? EDITED_MS : AT_ONCE));
  return async () => {
    pulse.stop();
    unwatch();
    const limit = new AbortController();
    await Promise.race([
      Promise.all([lanes.idle(), listeners.stop(), deliveries.stop(), api.stop(), textfile.stop()]),
      host.clock.sleep(STEPS_MAY_END_MS, limit.signal),
    ]);
    // A timer that runs on would keep the process alive.
    limit.abort();
    await recorder.settle();
    await host.files.remove(STATE_FILE).catch(() => {});
  };
}
