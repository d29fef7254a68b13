import { ModemkeeperError } from "../../core/errors.ts";
import type { Actual, ActualState } from "../../core/model/actual.ts";
import type { Change, Plan } from "../../core/model/plan.ts";
import type { DirectoryResource, FileResource, UserResource } from "../../core/model/resource.ts";
import type { DirectorySpec } from "../../core/ports.ts";
import { AGENT_UNIT, FALLBACK_TIMER, TMPFILES, UNIT } from "../desired/paths.ts";
import type { Step } from "./steps.ts";

/**
 * The plan as ordered steps: what was there is kept first, then packages, users, folders and files,
 * then each program is told once, and smsd last.
 */
export function planSteps(plan: Plan, actual: ActualState, generation: number): readonly Step[] {
  const wanted = plan.changes.filter((change) => change.desired !== undefined);
  return [
    ...plan.changes.flatMap((change) => keepSteps(change, actual, generation)),
    ...packageSteps(wanted, actual),
    ...wanted.flatMap((change) => changeSteps(change, actual)),
    ...plan.changes.flatMap((change) => (change.action === "remove" ? removeSteps(change, actual) : [])),
    ...effectSteps(plan, actual),
  ];
}

function keepSteps(change: Change, actual: ActualState, generation: number): Step[] {
  const isNew = change.desired !== undefined && !actual.originalsKept.has(change.id);
  const steps: Step[] = isNew ? [{ do: "keep-original", id: change.id }] : [];
  const state = actual.resources.get(change.id);
  if (change.drift && state?.kind === "file" && state.entry?.kind === "file") {
    steps.push({ do: "keep-replaced", path: change.id.slice("file:".length), generation });
  }
  return steps;
}

function packageSteps(changes: readonly Change[], actual: ActualState): Step[] {
  const names = changes.flatMap((change) => (change.desired?.kind === "package" ? [change.desired.name] : []));
  if (names.length === 0) return [];
  if (changes.some((change) => change.desired?.kind === "package" && !change.desired.install))
    throw mayNotInstall(names);
  const path = `/etc/systemd/system/${UNIT}`;
  const unit = actual.resources.get(`file:${path}`);
  const absent = unit?.kind === "file" && unit.entry === undefined;
  return [...(absent ? [{ do: "mask-unit", path } as const] : []), { do: "install-packages", names }];
}

function mayNotInstall(names: readonly string[]): ModemkeeperError {
  return new ModemkeeperError("precondition-missing", `${names.join(", ")} is missing, and apply may not install it`, {
    why: "the inventory says host.install_packages: false",
    fix: `apt-get install ${names.join(" ")}, or let apply do it`,
  });
}

function changeSteps(change: Change, actual: ActualState): Step[] {
  const { desired } = change;
  switch (desired?.kind) {
    case "user":
      return userSteps(desired, actual.resources.get(desired.id));
    case "directory":
      return [directoryStep(desired, change)];
    case "file":
      return [fileStep(desired, change)];
    default:
      return [];
  }
}

/** The package may have brought the user by the time these run: adding what is there is no change. */
function userSteps(user: UserResource, actual: Actual | undefined): Step[] {
  const exists = actual?.kind === "user" && actual.entry !== undefined;
  const add: Step[] = exists ? [] : [{ do: "add-user", name: user.name, group: user.group, home: user.home }];
  return [...add, ...user.groups.map((group): Step => ({ do: "add-to-group", user: user.name, group }))];
}

function specOf(resource: DirectoryResource | FileResource): DirectorySpec {
  return { mode: resource.mode, owner: resource.owner, group: resource.group };
}

function directoryStep(desired: DirectoryResource, change: Change): Step {
  const verb = change.action === "change" ? "set-attributes" : "make-directory";
  return { do: verb, path: desired.path, spec: specOf(desired) };
}

function fileStep(desired: FileResource, change: Change): Step {
  const onlyAttributes = change.reasons.every((reason) => reason.code === "attributes-differ");
  if (onlyAttributes) return { do: "set-attributes", path: desired.path, spec: specOf(desired) };
  return { do: "write-file", path: desired.path, content: desired.content, spec: specOf(desired) };
}

function removeSteps(change: Change, { systemdRunning }: ActualState): Step[] {
  const [kind, name = ""] = splitId(change.id);
  if (kind === "file") return [{ do: "remove", path: name }];
  if (kind !== "unit") return [];
  const stop: Step[] = systemdRunning ? [{ do: "control", verb: "stop", unit: name }] : [];
  return [...stop, { do: "set-enabled", unit: name, enabled: false }];
}

function splitId(id: string): readonly [string, string?] {
  const colon = id.indexOf(":");
  return [id.slice(0, colon), id.slice(colon + 1)];
}

function effectSteps(plan: Plan, actual: ActualState): Step[] {
  const steps: Step[] = [];
  const due = new Set(plan.consequences);
  const units = plan.changes.flatMap((change) => (change.desired?.kind === "unit" ? [change.desired] : []));
  for (const { unit, enabled } of units) steps.push({ do: "set-enabled", unit, enabled });
  if (due.has("reload-systemd")) steps.push({ do: "reload-systemd" });
  if (due.has("reload-udev")) steps.push({ do: "reload-udev" });
  // After udev's rules, since new terminals may appear; the driver first, since its new_id exists only while it is loaded.
  if (due.has("apply-tmpfiles"))
    steps.push({ do: "load-module", name: "option" }, { do: "apply-tmpfiles", path: TMPFILES });
  if (plan.triggerDevices.length > 0) steps.push({ do: "trigger-udev", devices: plan.triggerDevices });
  if (plan.straySmsd.length > 0) steps.push({ do: "stop-strays", pids: plan.straySmsd });
  return [...steps, ...smsdSteps(plan, actual), ...agentSteps(plan, actual)];
}

function smsdSteps(plan: Plan, actual: ActualState): Step[] {
  if (plan.smsd === "restarts") return [{ do: "control", verb: "restart", unit: UNIT }];
  if (plan.smsd === "starts" && actual.systemdRunning) return [{ do: "control", verb: "start", unit: UNIT }];
  return [];
}

/** After smsd. A unit that starts anyway needs no restart. */
function agentSteps(plan: Plan, actual: ActualState): Step[] {
  return AGENT_UNITS.flatMap((unit): Step[] => {
    if (startsNow(plan, unit)) return [{ do: "control", verb: "start", unit }];
    const runs = isActive(actual, unit) && plan.consequences.includes("restart-agent");
    return runs ? [{ do: "control", verb: "restart", unit }] : [];
  });
}

const AGENT_UNITS = [AGENT_UNIT, FALLBACK_TIMER] as const;

function startsNow(plan: Plan, unit: string): boolean {
  const change = plan.changes.find(({ id, desired }) => id === `unit:${unit}` && desired !== undefined);
  return change?.reasons.some(({ code }) => code === "unit-inactive") === true;
}

function isActive(actual: ActualState, unit: string): boolean {
  const state = actual.resources.get(`unit:${unit}`);
  return state?.kind === "unit" && state.state.active === "active";
}
