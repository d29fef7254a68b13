import { EXIT, ModemkeeperError, messageOf } from "../../core/errors.ts";
import type { Inventory, Modem } from "../../core/model/inventory.ts";
import { confirm } from "../../provision/commands/confirm.ts";
import { ActorLock } from "../act/actor-lock.ts";
import { execute } from "../act/carry-out.ts";
import { engineHere } from "../engine/engine-here.ts";
import { modemSubject } from "../model/finding.ts";
import type { AgentStep } from "../model/step.ts";
import { acting, caller, note, say } from "./acting.ts";
import type { AgentCommand, AgentContext } from "./context.ts";
import { whileIsolated } from "./isolation.ts";
import { type Located, locate } from "./locate-modem.ts";
import { talksAgain, worksAgain } from "./reset-verification.ts";
import type { RungByHand } from "./rungs-by-hand.ts";

export interface ModemResetOptions {
  readonly name: string;
  readonly rung?: RungByHand;
  readonly yes?: boolean;
}

/** The gentle way first; what cuts more off only when somebody asks for it by name. */
const USUAL: readonly RungByHand[] = ["at-reset", "usb-reset"];
/** These cut off more than one modem. */
const DANGEROUS: Readonly<Partial<Record<RungByHand, string>>> = {
  "usb-power": "On many boards the ports of a hub are switched together. Cut the power of this one?",
  "host-reboot": "Reboot this machine?",
};

/** `modemkeeper modem reset`: the agent's recovery by hand, with the same executors. */
export const modemResetCommand: AgentCommand<ModemResetOptions> = async (context, options) => {
  const inventory = await context.inventory();
  const modem = modemNamed(inventory, options.name);
  const rungs = options.rung === undefined ? USUAL : [options.rung];
  for (const rung of rungs) {
    const question = DANGEROUS[rung];
    if (question) await confirm(context, `${question} [y/N] `, options.yes === true);
  }
  return acting(context, async () => {
    const before = await locate(context.host, inventory, modem);
    const steps = rungs.map((rung) => stepFor(rung, modem, before));
    await note(
      context.host,
      modemSubject(modem.name),
      "reset-by-hand",
      `${caller(context)} resets it: ${rungs.join(", ")}`,
    );
    return reset(context, inventory, modem, steps);
  });
};

/** @throws ModemkeeperError usage for a modem that the inventory does not have */
export function modemNamed({ modems }: Inventory, name: string): Modem {
  const modem = modems.find((one) => one.name === name);
  if (modem) return modem;
  throw new ModemkeeperError("usage", `the inventory has no modem ${name}`, {
    fix: `it has: ${modems.map((one) => one.name).join(", ")}`,
  });
}

type ResetStep = Extract<AgentStep, { readonly do: RungByHand }>;

function stepFor(rung: RungByHand, modem: Modem, { device, ttys }: Located): ResetStep {
  const { name, model, power } = modem;
  if (rung === "host-reboot") return { do: rung, modem: name };
  if (rung === "usb-power") {
    if (power) return { do: rung, modem: name, ...power };
    throw new ModemkeeperError("precondition-missing", `nobody knows which hub and port feed ${name}`, {
      why: "guessing would cut off something else",
      fix: "find hub and port with `uhubctl`, and write them into the inventory at `power`",
    });
  }
  if (device === undefined) {
    throw new ModemkeeperError("precondition-missing", `${name} is not on the USB bus: there is nothing to reset`, {
      fix: power ? "plug it in, or cut its power: --rung usb-power" : "plug it in",
    });
  }
  return rung === "at-reset"
    ? { do: rung, modem: name, ttys, command: model.at.reset }
    : { do: rung, modem: name, device };
}

async function reset(
  context: AgentContext,
  inventory: Inventory,
  modem: Modem,
  steps: readonly ResetStep[],
): Promise<number> {
  const climbed = await whileIsolated(context, inventory, modem, () => climb(context, inventory, modem, steps));
  const { result: worked, resumedAt } = climbed;
  if (worked === undefined) throw new ModemkeeperError("command-failed", `${modem.name} was not brought back`, FAILED);
  const verdict = await talksAgain(context, inventory, modem, resumedAt);
  context.terminal.out(`${modem.name} was reset by ${worked} and answers; ${verdict.sentence}.\n`);
  return verdict.ok ? EXIT.ok : EXIT.failed;
}

const FAILED = {
  why: "no rung brought it back; smsd has it again, and the agent goes on trying",
  fix: "unplug it and plug it in again, or try a stronger rung: --rung usb-authorize",
} as const;

/** Each rung in turn until the modem works again. Returns the one that did it. */
async function climb(
  context: AgentContext,
  inventory: Inventory,
  modem: Modem,
  steps: readonly ResetStep[],
): Promise<ResetStep["do"] | undefined> {
  for (const step of steps) {
    const before = await locate(context.host, inventory, modem);
    try {
      say(context, `${step.do}: ${await carryOut(context, inventory, step)}`);
    } catch (error) {
      say(context, `${step.do} failed: ${messageOf(error)}`);
      continue;
    }
    const found = await worksAgain(context, inventory, modem, { before, rung: step.do });
    say(context, found.sentence);
    if (found.ok) return step.do;
    if (context.signal.aborted) break;
  }
  return undefined;
}

async function carryOut({ host, signal }: AgentContext, inventory: Inventory, step: ResetStep): Promise<string> {
  const actor = {
    host,
    signal,
    lock: new ActorLock(host),
    engine: engineHere(host, signal),
    inventory: () => inventory,
    flag: () => undefined,
    session: () => undefined,
    progress: () => undefined,
  };
  const came = await execute(actor, step);
  return typeof came === "string" ? came : came.detail;
}
