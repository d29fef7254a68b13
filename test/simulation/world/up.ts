import { diskIsFull } from "./smsd.ts";
import type { World } from "./state.ts";

/** What is not as it must be on a healthy machine; empty when all is well. */
export function notWell(world: World): readonly string[] {
  const { smsd } = world;
  const problems: string[] = [];
  if (!smsd.run) problems.push("smsd does not run");
  if (smsd.run?.stray) problems.push("an smsd runs that no unit owns");
  if (Object.keys(smsd.suspended).length > 0) problems.push(`suspended: ${Object.keys(smsd.suspended).join(", ")}`);
  if (smsd.suspendedByOthers.length > 0) problems.push(`held by the guard: ${smsd.suspendedByOthers.join(", ")}`);
  if (diskIsFull(world)) problems.push("the disk is full");
  if (world.flag) problems.push("a manual stop flag is there");
  if (world.configuration.state !== "converged") problems.push("the inventory is not applied");
  if (world.unmovable !== undefined) problems.push("a message that cannot be moved is still there");
  for (const modem of world.modems) {
    const condition = smsd.handlers.get(modem.entry.name)?.condition;
    const listed = world.inventory.modems.some(({ name }) => name === modem.entry.name);
    if (listed && condition !== "talking") problems.push(`${modem.entry.name} is ${condition ?? "unknown to smsd"}`);
    if (modem.poison) problems.push(`${modem.poison.file} is still in the queue`);
    if (modem.hang) problems.push(`${modem.entry.name} hangs`);
  }
  return problems;
}
