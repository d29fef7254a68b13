import type { Fault, FaultKind } from "../modem/faults.ts";
import type { Modem } from "../modem/modem.ts";
import type { Delivery } from "../modem/network.ts";
import type { PlugOptions, Simulator } from "../simulator.ts";
import type { Transport } from "../transport.ts";

/** What can be asked of a running simulator; `modem` may be left out while there is only one. */
export type Command =
  | ({ readonly cmd: "plug" } & PlugOptions)
  | { readonly cmd: "unplug"; readonly modem?: string }
  | { readonly cmd: "replug"; readonly modem?: string; readonly port?: number; readonly offMs?: number }
  | { readonly cmd: "power-cycle"; readonly modem?: string }
  | { readonly cmd: "renumber"; readonly modem?: string; readonly settleMs?: number }
  | ({ readonly cmd: "fault"; readonly modem?: string } & Fault)
  | { readonly cmd: "heal"; readonly modem?: string; readonly kind?: FaultKind }
  | ({ readonly cmd: "receive"; readonly modem?: string } & Delivery)
  | { readonly cmd: "sent"; readonly modem?: string }
  | { readonly cmd: "journal"; readonly modem?: string; readonly since?: number; readonly limit?: number }
  | { readonly cmd: "announce"; readonly modem?: string; readonly line: string }
  | { readonly cmd: "state" }
  | { readonly cmd: "quit" };

type Answer = Record<string, unknown>;
type Name = Command["cmd"];
type Handlers = { readonly [K in Name]: (sim: Simulator, command: Extract<Command, { cmd: K }>) => Promise<Answer> };

const HANDLERS: Handlers = {
  async plug(sim, { cmd: _, ...options }) {
    const modem = await sim.plug(options);
    return { modem: modem.options.name };
  },
  async unplug(sim, { modem }) {
    await sim.unplug(modem);
    return {};
  },
  async replug(sim, { cmd: _, modem, ...options }) {
    await sim.replug(modem, options);
    return {};
  },
  async "power-cycle"(sim, { modem }) {
    await sim.powerCycle(modem);
    return {};
  },
  async renumber(sim, { modem, settleMs }) {
    await sim.renumber(modem, settleMs);
    return {};
  },
  async fault(sim, { cmd: _, modem, ...fault }) {
    await sim.fault(fault, modem);
    return {};
  },
  async heal(sim, { modem, kind }) {
    await sim.heal(kind, modem);
    return {};
  },
  async receive(sim, { cmd: _, modem, ...delivery }) {
    sim.receive(delivery, modem);
    return { waiting: sim.modem(modem).network.waiting };
  },
  async sent(sim, { modem }) {
    const { outbox } = sim.modem(modem);
    return { messages: outbox.messages(), parts: outbox.parts };
  },
  async journal(sim, { modem, since, limit }) {
    return { entries: sim.modem(modem).journal.entries(since, limit) };
  },
  async announce(sim, { modem, line }) {
    sim.modem(modem).announce(line);
    return {};
  },
  async state(sim) {
    return { modems: sim.units().map(({ modem, transport }) => describe(modem, transport)) };
  },
  async quit(sim) {
    await sim.close();
    return {};
  },
};

function describe(modem: Modem, transport: Transport): Answer {
  const memories = Object.keys(modem.spec.memories).map((name) => {
    const { used, capacity } = modem.storage(name);
    return [name, { used, capacity }];
  });
  return {
    name: modem.options.name,
    model: modem.spec.name,
    usb: modem.spec.usb.id,
    place: transport.place,
    attached: transport.attached,
    ready: modem.ready,
    boots: modem.boots,
    sim: modem.sim.state,
    pinTriesLeft: modem.sim.triesLeft,
    registration: Number(modem.registration),
    faults: modem.faults.list,
    memories: Object.fromEntries(memories),
    waiting: modem.network.waiting,
    sent: modem.outbox.parts.length,
  };
}

function isCommand(value: unknown): value is Command {
  if (typeof value !== "object" || value === null || !("cmd" in value)) return false;
  return typeof value.cmd === "string" && Object.hasOwn(HANDLERS, value.cmd);
}

/** Carries out one command given as JSON; the answer always has `ok`, and `error` when that is false. */
export async function carryOut(sim: Simulator, line: string): Promise<{ answer: Answer; quit: boolean }> {
  try {
    const command: unknown = JSON.parse(line);
    if (!isCommand(command)) throw new Error(`no such command; known: ${Object.keys(HANDLERS).join(", ")}`);
    const handler = HANDLERS[command.cmd] as (sim: Simulator, command: Command) => Promise<Answer>;
    return { answer: { ok: true, ...(await handler(sim, command)) }, quit: command.cmd === "quit" };
  } catch (error) {
    return { answer: { ok: false, error: error instanceof Error ? error.message : String(error) }, quit: false };
  }
}
