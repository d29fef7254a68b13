import { rm } from "node:fs/promises";
import { join } from "node:path";
import { byTurns, type Command, measure, type Run, type Subject } from "./measure.ts";
import { findAnsible, playbookCommand, preparePlaybook, requireUnchanged } from "./playbook.ts";
import { builtProvision, freshHost, inventoryOf, provisionCommand, type Target } from "./provision.ts";
import type { Row } from "./row.ts";
import { withScratch } from "./scratch.ts";

const PLAN = "no-op plan on a converged host";
const APPLY = "first apply, packages installed";
/** Fails unless there is nothing to do. */
const NOTHING_TO_DO = ["plan", "--detailed-exitcode"];

/** A host that is as it should be: `provision plan` beside the playbook's dry run with diffs. */
export async function planRow(rounds: number): Promise<Row> {
  return withScratch(async (folder) => {
    const { main, host } = await prepare(folder);
    await measure(provisionCommand(main, host, ["apply", "--yes"]));
    const ours = { of: "provision plan", once: () => measure(provisionCommand(main, host, NOTHING_TO_DO)) };
    const peer = await playbook(folder, host, ["--check", "--diff"]);
    const onceUnchanged = async (run: Run) => {
      requireUnchanged(run.stdout);
      return run;
    };
    const peers = peer ? [{ of: "ansible --check --diff", once: () => measure(peer).then(onceUnchanged) }] : [];
    return rowOf(PLAN, rounds, ours, peers, [
      { kind: "at-most", limit: 0.3 },
      { kind: "times-faster", limit: 10 },
    ]);
  });
}

/** A host that has nothing of ours yet: `provision apply`, which verifies itself, beside the playbook. */
export async function applyRow(rounds: number): Promise<Row> {
  return withScratch(async (folder) => {
    const { main, host } = await prepare(folder);
    const afresh = async (command: Command) => {
      await rm(host.root, { recursive: true });
      await freshHost(host.root, host.inventory);
      return measure(command);
    };
    const ours = { of: "provision apply", once: () => afresh(provisionCommand(main, host, ["apply", "--yes"])) };
    const peer = await playbook(folder, host);
    if (peer) await requireEquivalent(main, host, () => afresh(peer));
    const peers = peer ? [{ of: "ansible", once: () => afresh(peer) }] : [];
    return rowOf(APPLY, rounds, ours, peers, [{ kind: "times-faster", limit: 5 }]);
  });
}

async function prepare(folder: string): Promise<{ readonly main: string; readonly host: Target }> {
  const main = await builtProvision();
  const inventory = await inventoryOf(1, join(folder, "inventory.yaml"));
  return { main, host: await freshHost(join(folder, "root"), inventory) };
}

async function playbook(folder: string, host: Target, options: readonly string[] = []): Promise<Command | undefined> {
  const ansible = findAnsible();
  if ("reason" in ansible) return undefined;
  return playbookCommand(ansible.path, await preparePlaybook(folder, host.inventory), host, options);
}

/** @throws Error if `provision` still finds something to do where the playbook has run: they would not be comparable */
async function requireEquivalent(main: string, host: Target, play: () => Promise<Run>): Promise<void> {
  await play();
  await measure(provisionCommand(main, host, NOTHING_TO_DO));
}

async function rowOf(
  name: string,
  rounds: number,
  subject: Subject,
  peers: readonly Subject[],
  targets: Row["targets"],
): Promise<Row> {
  const [ours, peer] = await byTurns(rounds, [subject, ...peers]);
  if (!ours) throw new Error(`${name}: nothing was measured`);
  return { name, unit: "s", ours, targets, ...(peer ? { peer } : {}) };
}
