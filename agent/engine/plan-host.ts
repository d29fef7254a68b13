import type { AgentHost } from "../../core/agent-ports.ts";
import { type Change, isEmptyPlan, type Plan } from "../../core/model/plan.ts";
import type { Files, Terminal } from "../../core/ports.ts";
import type { CommandContext } from "../../provision/commands/context.ts";
import { makePlan, type Planned } from "../../provision/commands/planning.ts";
import { AGENT_UNIT, INVENTORY_COPY, UNIT } from "../../provision/desired/paths.ts";
import { readSmall } from "../observe/small-file.ts";

/**
 * Compares the inventory on disk with the host, as `provision plan` does, and says nothing.
 * @throws ModemkeeperError inventory-invalid; precondition-missing if there is none, or a PIN's file lacks
 */
export async function planHost(host: AgentHost): Promise<Planned> {
  const files = onlyLooking(host);
  const context: CommandContext = {
    host: { ...host, files },
    local: files,
    terminal: SILENT,
    inventoryFile: INVENTORY_COPY,
    workingDirectory: "/",
    verbose: false,
    owner: { owner: "root", group: "root" },
    signal: new AbortController().signal,
    lockHolder: async () => undefined,
  };
  return makePlan(context);
}

/** Neither the inventory nor anything that is made from it comes near this. */
const MAX_BYTES = 4_194_304;

/** Files as they are looked at: nothing is written, and what somebody filled to exhaust our memory is not read. */
function onlyLooking(host: AgentHost): Files {
  const refuse = () => Promise.reject(new Error("a look at the host tried to change it"));
  const nothing = { mode: 0, owner: "", group: "" };
  return {
    read: async (path) => {
      const entry = await readSmall(host, path, MAX_BYTES);
      return entry?.kind === "too-big" ? { ...nothing, kind: "other", modifiedAt: entry.modifiedAt } : entry;
    },
    list: (path) => host.files.list(path),
    ...{ write: refuse, makeDirectory: refuse, setAttributes: refuse, link: refuse, remove: refuse },
  };
}

const SILENT: Terminal = {
  out: () => {},
  err: () => {},
  colour: false,
  interactive: false,
  ask: async () => "",
  readInput: async () => "",
};

/**
 * What of a plan the agent carries out: not the links (it repairs those by itself), not smsd's start nor the end of strays
 * (the service's rules decide those), but its restart where its configuration changed.
 */
export function agentsShare(plan: Plan): Plan {
  const changes = plan.changes.flatMap(withoutStart).filter(({ id }) => !id.startsWith("link:"));
  const share: Plan = {
    ...plan,
    changes,
    straySmsd: [],
    triggerDevices: plan.consequences.includes("reload-udev") ? plan.triggerDevices : [],
    smsd: smsdEffect(plan),
    counts: {
      add: count(changes, "add"),
      change: count(changes, "change") + count(changes, "replace"),
      remove: count(changes, "remove"),
    },
  };
  return isEmptyPlan(share) ? { ...share, smsd: "untouched" } : share;
}

/** smsd's start is not this plan's business; the agent runs, or it would not look. */
const STARTED_ELSEWHERE: ReadonlySet<string> = new Set([`unit:${UNIT}`, `unit:${AGENT_UNIT}`]);

function withoutStart(change: Change): readonly Change[] {
  if (!STARTED_ELSEWHERE.has(change.id)) return [change];
  const reasons = change.reasons.filter(({ code }) => code !== "unit-inactive");
  return reasons.length === 0 ? [] : [{ ...change, reasons }];
}

function smsdEffect({ smsd, consequences }: Plan): Plan["smsd"] {
  if (smsd === "starts") return "stays-stopped";
  return smsd === "restarts" && !consequences.includes("restart-smsd") ? "untouched" : smsd;
}

function count(changes: readonly Change[], action: Change["action"]): number {
  return changes.filter((change) => change.action === action).length;
}
