import type { ActualState } from "../../core/model/actual.ts";
import type { Inventory, Modem } from "../../core/model/inventory.ts";
import { isEmptyPlan, type Plan } from "../../core/model/plan.ts";
import type { Host } from "../../core/ports.ts";
import { parseLog } from "../../core/smsd-log.ts";
import { modemProgress, sinceLastStart } from "../../core/smsd-progress.ts";
import { AGENT_UNIT, PROGRAM, UNIT } from "../desired/paths.ts";
import { bindModems } from "../plan/bind-modems.ts";
import { summarize } from "../plan/summary.ts";
import type { Check } from "./check.ts";
import { checkReceivers } from "./check-receivers.ts";

/** How long a modem on the bus may take to be initialised by smsd before that is an error. Measured: 1-2 s; a slow modem or a busy board takes more. */
const INIT_TIMEOUT_MS = 20_000;
const INIT_POLL_MS = 500;
const LOG_BYTES = 65_536;

/** What was wanted, planned and found. */
export interface Findings {
  readonly inventory: Inventory;
  readonly plan: Plan;
  readonly actual: ActualState;
}

/** Files, service, links and modems as they are now. */
export async function checkService(host: Host, planned: Findings): Promise<readonly Check[]> {
  const files = checkFiles(planned);
  const receivers = await checkReceivers(host.secrets, planned.inventory);
  if (!planned.actual.systemdRunning) return [files, ...offlineChecks(host, planned), ...receivers];
  const service = planned.plan.smsd === "stays-stopped" ? STOPPED_ON_PURPOSE : await checkUnit(host);
  const bound = bindModems(planned.inventory.modems, planned.actual.attached).bound;
  const modems = await Promise.all(
    planned.inventory.modems.map((modem) => {
      const attached = bound.find((binding) => binding.modem.name === modem.name);
      return attached && service.level === "ok"
        ? checkModem(host, modem, planned)
        : Promise.resolve(notChecked(modem, attached !== undefined, service.level));
    }),
  );
  return [files, service, ...modems, ...(await checkAgent(host, planned)), ...receivers];
}

/** Where an agent is wanted at all: a generation of before may have none. */
async function checkAgent(host: Host, { actual }: Findings): Promise<readonly Check[]> {
  const wanted = actual.resources.get(`unit:${AGENT_UNIT}`);
  if (wanted?.kind !== "unit") return [];
  const name = "agent";
  if (wanted.lacksProgram) {
    const sentence = `${PROGRAM} is not installed: nobody heals a modem that hangs`;
    return [{ name, level: "warning", sentence, fix: "sudo ./bootstrap.sh" }];
  }
  const { active, mainPid } = await host.services.state(AGENT_UNIT);
  if (active === "active")
    return [{ name, level: "ok", sentence: `${AGENT_UNIT} is active: it watches with pid ${mainPid}` }];
  return [{ name, level: "error", sentence: `${AGENT_UNIT} is ${active}`, fix: `journalctl -u ${AGENT_UNIT} -n 50` }];
}

const STOPPED_ON_PURPOSE: Check = {
  name: "service",
  level: "warning",
  sentence: "smsd does not run: a person stopped it on purpose (manual stop flag)",
  fix: "remove the flag and run `provision apply` when it may run again",
};

function checkFiles({ plan }: Findings): Check {
  if (isEmptyPlan(plan)) return { name: "converged", level: "ok", sentence: "the host is as the inventory says" };
  const ids = plan.changes.map((change) => change.id).join(", ");
  return {
    name: "converged",
    level: "error",
    sentence: `not as the inventory says: ${ids || summarize(plan)}`,
    fix: "provision plan",
  };
}

function offlineChecks(host: Host, planned: Findings): readonly Check[] {
  const where = host.root === "/" ? "systemd is not running here" : `${host.root} is not a running system`;
  const modems = planned.inventory.modems.map((modem) => modem.name).join(", ");
  return [
    {
      name: "service",
      level: "info",
      sentence: `${where}: ${UNIT} is installed and enabled, and starts at the next boot with ${modems}`,
    },
  ];
}

async function checkUnit(host: Host): Promise<Check> {
  const state = await host.services.state(UNIT);
  const name = "service";
  const fix = `journalctl -u ${UNIT} -n 50`;
  if (state.active !== "active") return { name, level: "error", sentence: `${UNIT} is ${state.active}`, fix };
  const processes = await host.smsd.processes();
  const own = processes.filter((process) => process.unit === UNIT);
  if (own.length === 0) return { name, level: "error", sentence: `${UNIT} is active, but no smsd runs in it`, fix };
  return { name, level: "ok", sentence: `${UNIT} is active: smsd runs with pid ${state.mainPid}` };
}

function notChecked(modem: Modem, attached: boolean, service: Check["level"]): Check {
  const name = `modem ${modem.name}`;
  if (attached) return { name, level: service, sentence: "it is plugged in, but smsd does not run" };
  const sentence = `no ${modem.model.name} is plugged in${modem.match.port ? ` at ${modem.match.port}` : ""}; smsd takes it the moment one is`;
  return { name, level: "info", sentence };
}

/** smsd's log level from which its log shows that a modem was polled. */
const POLLS_SHOWN_FROM = 6;

function unseen(name: string, level: number): Check {
  const sentence = `smsd runs; at loglevel ${level} its log does not show whether it has initialised it`;
  return { name, level: "info", sentence, fix: `smsd.settings.loglevel: ${POLLS_SHOWN_FROM}` };
}

async function checkModem(host: Host, modem: Modem, planned: Findings): Promise<Check> {
  const name = `modem ${modem.name}`;
  const { logfile, settings } = planned.inventory.smsd;
  const level = Number(settings.loglevel ?? POLLS_SHOWN_FROM);
  const deadline = host.clock.now().getTime() + INIT_TIMEOUT_MS;
  for (;;) {
    const lines = sinceLastStart(parseLog(await host.smsd.logTail(logfile, LOG_BYTES)));
    const progress = modemProgress(lines, modem.name);
    if (progress.state !== "failed" && level < POLLS_SHOWN_FROM) return unseen(name, level);
    if (progress.state === "ready")
      return { name, level: "ok", sentence: "smsd has initialised it and reads its messages" };
    if (progress.state === "failed" || host.clock.now().getTime() >= deadline) {
      const sentence = `smsd has not initialised it: ${progress.evidence}`;
      return { name, level: "error", sentence, fix: `tail ${logfile}` };
    }
    await host.clock.sleep(INIT_POLL_MS);
  }
}
