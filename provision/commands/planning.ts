import { judgeStopFlag, type StopVerdict } from "../../core/manual-stop.ts";
import type { ActualState } from "../../core/model/actual.ts";
import type { Plan } from "../../core/model/plan.ts";
import type { DesiredState } from "../../core/model/resource.ts";
import { readActual } from "../actual/read.ts";
import { type History, readHistory } from "../apply/generation-store.ts";
import { keptIds } from "../apply/originals.ts";
import { buildDesired } from "../desired/build.ts";
import { UNIT } from "../desired/paths.ts";
import { templatePaths } from "../desired/template-list.ts";
import { bindLinks } from "../plan/bind-links.ts";
import { buildPlan } from "../plan/build.ts";
import type { CommandContext } from "./context.ts";
import { type LoadedInventory, readInventory, resolveSecrets } from "./load-inventory.ts";

/** Everything a plan was made from. */
export interface Planned {
  readonly loaded: LoadedInventory;
  readonly desired: DesiredState;
  readonly actual: ActualState;
  readonly history: History;
  readonly plan: Plan;
}

/** inventory → desired → actual → plan. Reads; changes nothing. */
export async function makePlan(context: CommandContext): Promise<Planned> {
  const loaded = await readInventory(context);
  const desired = await desiredState(context, loaded);
  const history = await readHistory(context.host);
  return { loaded, desired, history, ...(await planFor(context, loaded, desired, history)) };
}

export async function planFor(
  context: CommandContext,
  loaded: LoadedInventory,
  desired: DesiredState,
  history: History,
): Promise<{ readonly actual: ActualState; readonly plan: Plan }> {
  const [originalsKept, read] = await Promise.all([keptIds(context.host), readHost(context, loaded, desired, history)]);
  const actual = { ...read, originalsKept };
  const { links, notes: busNotes } = bindLinks(loaded.inventory.modems, actual.attached);
  // An image has no bus: that nothing is plugged into it is no news.
  const notes = context.host.root === "/" ? busNotes : [];
  const stop = judgeStop(context, loaded, actual);
  const plan = buildPlan({
    desired: desired.resources,
    links,
    actual,
    notes: stop === undefined ? notes : [...notes, stop.sentence],
    stoppedOnPurpose: stop?.inForce === true,
    ...history,
  });
  return { actual, plan };
}

async function readHost(context: CommandContext, loaded: LoadedInventory, desired: DesiredState, history: History) {
  const recorded = (history.applied?.resources ?? []).filter(
    ({ id }) => !desired.resources.some((resource) => resource.id === id),
  );
  return readActual(context.host, {
    resources: [...desired.resources, ...recorded],
    links: desired.links.map((link) => link.path),
    stopFlag: loaded.inventory.manualStop.flag,
    units: [UNIT],
  });
}

function judgeStop(context: CommandContext, loaded: LoadedInventory, actual: ActualState): StopVerdict | undefined {
  const now = context.host.clock.now().getTime();
  return actual.stopFlag && judgeStopFlag(actual.stopFlag, loaded.inventory.manualStop, now);
}

export async function desiredState(context: CommandContext, loaded: LoadedInventory): Promise<DesiredState> {
  const { program } = context.host;
  const texts = await Promise.all(templatePaths.map(async (path) => [path, await program.read(path)] as const));
  const secrets = await resolveSecrets(context, loaded.inventory);
  return buildDesired({ inventory: loaded.inventory, inventoryText: loaded.text, secrets, templates: new Map(texts) });
}
