import type { Inventory, Modem } from "../../core/model/inventory.ts";
import type { ModemProgress } from "../../core/smsd-progress.ts";
import { bindModems } from "../../provision/plan/bind-modems.ts";
import { modemsReady } from "../act/modems-ready.ts";
import { observeSuspend } from "../observe/suspend.ts";
import { say } from "./acting.ts";
import type { AgentContext } from "./context.ts";

/** Measured: 1 to 2 s; a slow modem or a busy board takes more. */
const READY_WITHIN_MS = 30_000;
/** smsd's log level from which its log shows that a modem was polled. */
const POLLS_SHOWN_FROM = 6;

/**
 * Waits until smsd has initialised the modems that are there and says of each how it stands. False if one did not come up;
 * one that is not plugged in, or that smsd shall leave alone, is no fault of the start.
 */
export async function sayHowModemsAre(context: AgentContext, inventory: Inventory): Promise<boolean> {
  const { host, signal, terminal } = context;
  const { bound } = bindModems(inventory.modems, await host.usb.attached());
  const present = new Set(bound.map(({ modem }) => modem.name));
  const left = await leftOut(context, inventory);
  const expected = inventory.modems.filter(({ name }) => present.has(name) && !left.has(name));
  for (const { name } of inventory.modems) {
    const why = left.get(name);
    if (!present.has(name)) terminal.out(`${name} is not plugged in; smsd takes it the moment it is.\n`);
    else if (why !== undefined) terminal.out(`${name} is left out: ${why}.\n`);
  }
  if (expected.length === 0) return true;
  if (Number(inventory.smsd.settings.loglevel ?? POLLS_SHOWN_FROM) < POLLS_SHOWN_FROM) {
    terminal.out(`At this log level smsd does not tell whether it has initialised ${namesOf(expected)}.\n`);
    return true;
  }
  say(context, `waiting for smsd to initialise ${namesOf(expected)}`);
  const options = { limit: READY_WITHIN_MS, signal };
  const found = await modemsReady(
    host,
    inventory.smsd.logfile,
    expected.map(({ name }) => name),
    options,
  );
  return [...found].map((entry) => sayOne(context, inventory, entry)).every(Boolean);
}

function sayOne(
  { terminal }: AgentContext,
  { smsd }: Inventory,
  [name, progress]: readonly [string, ModemProgress],
): boolean {
  if (progress.state === "ready") terminal.out(`${name} is initialised.\n`);
  else terminal.out(`${name} is not initialised: ${progress.evidence}. See ${smsd.logfile}.\n`);
  return progress.state === "ready";
}

/** Modems that smsd's suspend file names, with the reason. */
async function leftOut({ host }: AgentContext, { modems }: Inventory): Promise<ReadonlyMap<string, string>> {
  const { suspended, suspendedByOthers } = await observeSuspend(
    host,
    modems.map(({ name }) => name),
  );
  const everybody = suspended.ALL ?? (suspendedByOthers.includes("ALL") ? OTHERS : undefined);
  return new Map(
    modems.flatMap(({ name }) => {
      const why = suspended[name] ?? (suspendedByOthers.includes(name) ? OTHERS : everybody);
      return why === undefined ? [] : [[name, why] as const];
    }),
  );
}

const OTHERS = "a line in smsd's suspend file that is not the agent's says so (/run/smstools/suspend)";

function namesOf(modems: readonly Modem[]): string {
  return modems.map(({ name }) => name).join(", ");
}
