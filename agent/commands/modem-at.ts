import type { Holder } from "../../core/agent-ports.ts";
import { EXIT, ModemkeeperError } from "../../core/errors.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import { didYouMean } from "../../provision/inventory/suggest.ts";
import { type Binding, bindModems } from "../../provision/plan/bind-modems.ts";
import { waitFor } from "../act/wait.ts";
import { describeHolder, noted, withAccess } from "../at/access.ts";
import { whileSuspended } from "../at/borrow.ts";
import { dangerOf } from "../at/dangerous.ts";
import { atPorts } from "../at/ports.ts";
import { withSession } from "../at/session.ts";
import { type AtAnswer, terminalPath } from "../at/talk.ts";
import { type WayIn, wayIn } from "../at/way-in.ts";
import { observeSuspend } from "../observe/suspend.ts";
import { AGENT_UNIT } from "../paths.ts";
import { acting, caller, say } from "./acting.ts";
import type { AgentCommand, AgentContext } from "./context.ts";
import { typedDuration } from "./patience.ts";

export interface ModemAtOptions {
  readonly name: string;
  readonly command: string;
  /** Duration to wait for the answer. */
  readonly timeout?: string;
  /** Duration to wait for the access lock. */
  readonly wait?: string;
  /** Sends even what may do harm. */
  readonly force?: boolean;
  readonly json?: boolean;
}

const DEFAULT_TIMEOUT = "10s";
const DEFAULT_WAIT = "30s";
/** A listener of the agent sees within half a second that somebody else has taken the lock. */
const STEPS_ASIDE_WITHIN = 3_000;

/** `modemkeeper modem at NAME CMD`: asks a modem something beside a running smsd, and prints what it answers. */
export const modemAtCommand: AgentCommand<ModemAtOptions> = async (context, options) => {
  const inventory = await context.inventory();
  const binding = await findModem(context, inventory, options.name);
  const command = checkedCommand(options, binding);
  const timeout = typedDuration(options.timeout ?? DEFAULT_TIMEOUT);
  const question: Question = {
    command,
    timeout,
    waitMs: typedDuration(options.wait ?? DEFAULT_WAIT),
    inventory,
    binding,
    json: options.json === true,
  };
  const way = await findWay(context, question);
  if (way.port !== "borrowed") return report(context, question, await ask(context, question, way));
  const { host, signal } = context;
  const answer = await acting(context, async () => {
    say(context, `smsd is asked to leave ${options.name} alone for a moment`);
    const reason = `${caller(context)} talks to it`;
    return whileSuspended({ host, inventory, modem: options.name, reason, signal }, () => ask(context, question, way));
  });
  return report(context, question, answer);
};

interface Question {
  readonly command: string;
  readonly timeout: number;
  readonly waitMs: number;
  readonly inventory: Inventory;
  readonly binding: Binding;
  readonly json: boolean;
}

async function findModem({ host }: AgentContext, { modems }: Inventory, name: string): Promise<Binding> {
  if (!modems.some((modem) => modem.name === name)) {
    const names = modems.map((modem) => modem.name);
    throw new ModemkeeperError("not-found", `the inventory has no modem "${name}".${didYouMean(name, names)}`, {
      fix: `it has ${names.join(", ")}`,
    });
  }
  const { bound } = bindModems(modems, await host.usb.attached());
  const found = bound.find(({ modem }) => modem.name === name);
  if (found) return found;
  throw new ModemkeeperError("precondition-missing", `${name} is not plugged in`, { fix: "modemkeeper modem list" });
}

function checkedCommand({ command, force }: ModemAtOptions, { modem }: Binding): string {
  if (!/^AT[\x20-\x7e]{0,500}$/i.test(command)) {
    throw new ModemkeeperError("usage", "that is no AT command", {
      why: "it begins with AT and is one line of plain characters; a modem ignores anything else",
      fix: `for example: modemkeeper modem at ${modem.name} AT+CSQ`,
    });
  }
  const danger = dangerOf(command, modem.model.at.reset);
  if (danger === undefined || (force && !danger.never)) return command;
  throw new ModemkeeperError("usage", "this command is not sent just like that", {
    why: danger.why,
    ...(danger.never ? {} : { fix: "if you mean it, add --force" }),
  });
}

async function findWay({ host }: AgentContext, { inventory, binding }: Question): Promise<WayIn> {
  const { modem } = binding;
  const ports = atPorts(binding);
  const second = ports.second === undefined ? [] : await holders(host, ports.second);
  const { mainPid } = await host.services.state(AGENT_UNIT);
  const all = await observeSuspend(
    host,
    inventory.modems.map(({ name }) => name),
  );
  const left = [...Object.keys(all.suspended), ...all.suspendedByOthers];
  const way = wayIn({
    ...ports,
    secondTaken: second.some(({ pid }) => pid !== mainPid),
    smsdRuns: (await host.smsd.processes()).length > 0,
    suspended: left.includes(modem.name) || left.includes("ALL"),
  });
  if (way) return way;
  throw new ModemkeeperError("precondition-missing", `${modem.name} shows no port that answers AT`, {
    fix: "modemkeeper modem list shows its ports; modemkeeper modem reset may bring a missing one back",
  });
}

async function ask(context: AgentContext, question: Question, { tty }: WayIn): Promise<AtAnswer> {
  const { host, signal } = context;
  const { command, timeout, waitMs, inventory, binding } = question;
  const port = terminalPath(tty);
  const lockFile = inventory.accessLock.file;
  const request = { host, lockFile, modem: binding.modem.name, port, purpose: "at", waitMs, signal };
  return await withAccess(request, async (access) => {
    await portFree(context, tty);
    return await withSession(host, port, (session) => noted(session, access).command(command, timeout));
  });
}

/** Two readers take each other's bytes. The agent steps aside for whoever holds the access lock; others are named. */
async function portFree({ host, signal }: AgentContext, tty: string): Promise<void> {
  let others: readonly Holder[] = [];
  const free = await waitFor(host, STEPS_ASIDE_WITHIN, signal, async () => {
    others = await holders(host, tty);
    return others.length === 0 ? true : undefined;
  });
  const [other] = others;
  if (free || !other) return;
  throw new ModemkeeperError("precondition-missing", `${describeHolder(other)} has ${tty} open`, {
    why: "two programs that read one port take each other's bytes",
    fix: "end it, or let it hold the access lock while it needs the port: modemkeeper lock -- CMD",
  });
}

/** smsd counts as well where it has a port open that it was asked to leave. */
async function holders(host: AgentContext["host"], tty: string): Promise<readonly Holder[]> {
  const path = terminalPath(tty);
  return (await host.proc.holdersOf([path])).get(path) ?? [];
}

function report({ terminal }: AgentContext, { binding, timeout, command, json }: Question, answer: AtAnswer): number {
  const { outcome } = answer;
  const [lines, result] = [answer.lines.map(harmless), harmless(answer.result)];
  const modem = binding.modem.name;
  if (json) {
    terminal.out(`${JSON.stringify({ format: "modemkeeper.at/1", modem, command, outcome, lines, result })}\n`);
  } else {
    for (const line of outcome === "silent" ? lines : [...lines, result]) terminal.out(`${line}\n`);
    if (outcome === "silent") terminal.err(`${modem} has not answered within ${timeout / 1000} s\n`);
  }
  return outcome === "ok" ? EXIT.ok : EXIT.failed;
}

/** What a modem prints may be anything; C1 controls drive terminals. */
function harmless(line: string): string {
  return line.replace(/\p{Cc}/gu, "\u00b7");
}
