import type { LogPosition } from "../../core/agent-ports.ts";
import { messageOf } from "../../core/errors.ts";
import type { Inventory, Modem } from "../../core/model/inventory.ts";
import { parseLog } from "../../core/smsd-log.ts";
import { modemProgress } from "../../core/smsd-progress.ts";
import { waitFor } from "../act/wait.ts";
import { probe } from "../at/probe.ts";
import type { StepKind } from "../model/step.ts";
import type { AgentContext } from "./context.ts";
import { type Located, locate } from "./locate-modem.ts";

export interface Verdict {
  readonly ok: boolean;
  /** What was found, to follow a semicolon or to stand alone. */
  readonly sentence: string;
}

/** Beyond the modem's own boot: for the bus, the terminals and the first answer. */
const MARGIN_MS = 30_000;
const BETWEEN_LOOKS_MS = 1_000;
/** smsd polls every second and initialises a modem in two; a busy board takes more. */
const TALKS_WITHIN_MS = 60_000;
const LOG_BYTES = 65_536;

/** After these the modem must have left the bus and come back: it really restarted. */
const LEAVES_THE_BUS: ReadonlySet<StepKind> = new Set<StepKind>(["at-reset", "usb-power"]);

interface Climbed {
  /** Where it was before the rung. */
  readonly before: Located;
  readonly rung: StepKind;
}

/** Waits until the modem is on the bus (anew, where the rung promises that) and answers AT. */
export async function worksAgain(
  context: AgentContext,
  inventory: Inventory,
  modem: Modem,
  { before, rung }: Climbed,
): Promise<Verdict> {
  const { host, signal } = context;
  const limit = modem.model.bootSeconds * 1000 + MARGIN_MS;
  const end = host.monotonic.now() + limit;
  let last = `${modem.name} did not come back to the bus within ${limit / 1000} s`;
  while (host.monotonic.now() < end && !signal.aborted) {
    const found = await locate(host, inventory, modem);
    const [tty] = found.ttys;
    const left = found.deviceNumber !== before.deviceNumber;
    if (tty !== undefined && (left || !LEAVES_THE_BUS.has(rung))) {
      const answer = await ask(context, inventory, modem, tty);
      if (answer.ok) return answer;
      last = answer.sentence;
    } else if (found.device !== undefined && !left) last = `${modem.name} did not leave the bus: it has not restarted`;
    await host.clock.sleep(BETWEEN_LOOKS_MS, signal);
  }
  return { ok: false, sentence: last };
}

async function ask({ host }: AgentContext, inventory: Inventory, modem: Modem, tty: string): Promise<Verdict> {
  try {
    const { answered, detail } = await probe(host, {
      lockFile: inventory.accessLock.file,
      modem: modem.name,
      tty,
      full: false,
    });
    return { ok: answered, sentence: detail };
  } catch (error) {
    return { ok: false, sentence: messageOf(error) };
  }
}

/** Waits until smsd's log shows that smsd talks to the modem again. */
export async function talksAgain(
  { host, signal }: AgentContext,
  { smsd }: Inventory,
  modem: Modem,
  resumedAt: LogPosition | undefined,
): Promise<Verdict> {
  if (!resumedAt) return { ok: true, sentence: "smsd did not run before, and stays down" };
  if (Number(smsd.settings.loglevel ?? 6) < 6) {
    return { ok: true, sentence: "at this log level smsd does not tell whether it talks to it" };
  }
  const look = async () => {
    const { text } = await host.logs.readFrom(smsd.logfile, resumedAt, LOG_BYTES);
    const progress = modemProgress(parseLog(text), modem.name);
    return progress.state === "waiting" ? undefined : progress;
  };
  const progress = await waitFor(host, TALKS_WITHIN_MS, signal, look);
  if (progress?.state === "ready") return { ok: true, sentence: "smsd talks to it again" };
  const why = progress?.evidence ?? `its log shows nothing of it for ${TALKS_WITHIN_MS / 1000} s`;
  return { ok: false, sentence: `smsd does not talk to it yet: ${why}` };
}
