import type { AgentHost, Holder } from "../../core/agent-ports.ts";
import { ModemkeeperError, messageOf } from "../../core/errors.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import { expectedLinks } from "../../provision/desired/links.ts";
import { UNIT } from "../../provision/desired/paths.ts";
import { describeHolder } from "../at/access.ts";
import { removeStaleLocks } from "./locks.ts";
import { whyNotStarted } from "./refusal.ts";
import { waitFor } from "./wait.ts";

/** What starting and stopping smsd needs; the agent's steps and the commands of people do it in the same way. */
export interface SmsdTools {
  readonly host: Pick<AgentHost, "services" | "smsd" | "files" | "stats" | "proc" | "clock" | "monotonic">;
  readonly inventory: Inventory;
  /** When aborted, waits end with ModemkeeperError interrupted; what systemd was told to do goes on. */
  readonly signal: AbortSignal;
}

/** What was done, or was so already. */
export interface SmsdDone {
  /** One sentence. */
  readonly sentence: string;
  /** smsd's processes now. */
  readonly pids: readonly number[];
  /** False if there was nothing to do. */
  readonly changed: boolean;
}

/** `Type=exec`: systemctl returns when smsd was executed, so its process shows at once. */
const APPEARS_WITHIN = 5_000;
/** A configuration that smsd refuses ends it within some 100 ms. */
const MUST_LIVE = 1_000;
/** The kernel ends what is killed, unless it hangs in a driver. */
const DIES_WITHIN = 10_000;
/** systemd's own bookkeeping, the guard's ExecStopPost included. */
const SETTLES_WITHIN = 10_000;

/**
 * Starts smsd; done when its process has lived for a second.
 * @throws ModemkeeperError command-failed with the reason that the guard or smsd gave
 */
export async function startSmsd(tools: SmsdTools): Promise<SmsdDone> {
  const { host, signal } = tools;
  const before = await ownPids(tools);
  if (before.length > 0) return { sentence: `smsd runs already (${named(before)})`, pids: before, changed: false };
  await host.services.control("start", UNIT).catch(async (error: unknown) => {
    throw await notStarted(tools, messageOf(error));
  });
  // systemctl is content, too, when the guard's ExecCondition refuses the start.
  const appeared = async () => ((await ownPids(tools)).length > 0 ? true : undefined);
  if (!(await waitFor(host, APPEARS_WITHIN, signal, appeared)))
    throw await notStarted(tools, "systemd did not start it");
  await host.clock.sleep(MUST_LIVE, signal);
  const pids = await ownPids(tools);
  // A modem's process may outlive the main one for a moment.
  const { active } = await host.services.state(UNIT);
  if (pids.length === 0 || active !== "active") throw await notStarted(tools, "it ended within a second");
  return { sentence: `smsd runs (${named(pids)})`, pids, changed: true };
}

/**
 * Stops smsd: TERM, so that it can finish a message, then KILL after `grace` milliseconds. Done when no process of the unit
 * is left. Locks that would block a message are removed, unless they are to be kept: they name the message in flight.
 * @throws ModemkeeperError command-failed if a process outlives even that
 */
export async function stopSmsd(
  tools: SmsdTools,
  grace: number,
  locks: "remove" | "keep" = "remove",
): Promise<SmsdDone> {
  const { host, signal } = tools;
  const before = await ownPids(tools);
  // Also where none runs: a start may be under way. systemd itself would wait 90 s (TimeoutStopSec) before it kills.
  let systemd: "busy" | "done" = "busy";
  const stopping = host.services.control("stop", UNIT).then(
    () => (systemd = "done"),
    () => (systemd = "done"),
  );
  const gone = async () => ((await ownPids(tools)).length === 0 ? true : undefined);
  const graceful = await waitFor(host, grace, signal, gone);
  if (!graceful) await kill(tools, gone);
  await waitFor(host, SETTLES_WITHIN, signal, async () => (systemd === "done" ? stopping : undefined));
  const freed = locks === "keep" ? 0 : await removeStaleLocks(host, tools.inventory.smsd.spool);
  const how = graceful ? "smsd has stopped" : `smsd did not stop within ${grace / 1000} s and was killed`;
  const sentences = before.length === 0 ? ["smsd did not run"] : [how];
  if (freed > 0) sentences.push(`${freed} stale lock${freed === 1 ? "" : "s"} removed from its queues`);
  sentences.push(...(await stillHeld(tools)));
  return { sentence: sentences.join("; "), pids: [], changed: before.length > 0 };
}

/** @throws ModemkeeperError as stopping and starting do */
export async function restartSmsd(tools: SmsdTools, grace: number): Promise<SmsdDone> {
  const stopped = await stopSmsd(tools, grace);
  const started = await startSmsd(tools);
  return { ...started, sentence: `${stopped.sentence}; ${started.sentence}` };
}

/**
 * Ends smsd processes that no unit owns (TERM, 20 s, KILL) and starts the unit in their place.
 * @throws ModemkeeperError command-failed if one outlives that, or as starting does
 */
export async function adoptSmsd(tools: SmsdTools, pids: readonly number[]): Promise<SmsdDone> {
  const { host } = tools;
  const strays = await straysAmong(tools, pids);
  if (strays.length > 0) await host.smsd.stopStrays(strays);
  const left = await straysAmong(tools, strays);
  if (left.length > 0) {
    throw new ModemkeeperError("command-failed", `smsd outside the service (${named(left)}) does not end`, {
      why: "two smsd on one spool send each message twice",
      fix: `look at what it waits for: cat /proc/${left[0]}/wchan`,
    });
  }
  await removeStaleLocks(host, tools.inventory.smsd.spool);
  const started = await startSmsd(tools);
  const ended =
    strays.length === 0 ? "no smsd runs outside the service" : `smsd outside the service (${named(strays)}) was ended`;
  return { ...started, sentence: `${ended}; ${started.sentence}`, changed: started.changed || strays.length > 0 };
}

async function kill(tools: SmsdTools, gone: () => Promise<true | undefined>): Promise<void> {
  await tools.host.services.kill(UNIT);
  if (await waitFor(tools.host, DIES_WITHIN, tools.signal, gone)) return;
  const pids = await ownPids(tools);
  throw new ModemkeeperError("command-failed", `smsd (${named(pids)}) does not end, although it was killed`, {
    why: "a process that waits for a driver cannot be ended until the driver returns",
    fix: "unplug the modem; if that does not free it, reboot",
  });
}

async function notStarted({ host }: SmsdTools, otherwise: string): Promise<ModemkeeperError> {
  const why = await whyNotStarted(host);
  return new ModemkeeperError("command-failed", `smsd was not started: ${why === "" ? otherwise : why}`, {
    fix: `journalctl -u ${UNIT} -n 50`,
  });
}

async function ownPids({ host }: SmsdTools): Promise<readonly number[]> {
  return (await host.smsd.processes()).filter(({ unit }) => unit === UNIT).map(({ pid }) => pid);
}

async function straysAmong({ host }: SmsdTools, pids: readonly number[]): Promise<readonly number[]> {
  const processes = await host.smsd.processes();
  return processes.filter(({ pid, unit }) => unit !== UNIT && pids.includes(pid)).map(({ pid }) => pid);
}

/** Who else has a modem's port open: worth saying to who stopped smsd to use the port. */
async function stillHeld({ host, inventory }: SmsdTools): Promise<readonly string[]> {
  const holders = await host.proc.holdersOf(expectedLinks(inventory.modems).map(({ path }) => path));
  return [...holders].flatMap(([path, who]) =>
    who.map((holder: Holder) => `${describeHolder(holder)} has ${path} open`),
  );
}

function named(pids: readonly number[]): string {
  return `pid ${pids.join(", ")}`;
}
