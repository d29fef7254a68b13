import { expect, test } from "vitest";
import { applyCommand } from "../../provision/commands/apply.ts";
import { destroyCommand } from "../../provision/commands/destroy.ts";
import { planCommand } from "../../provision/commands/plan.ts";
import { verifyCommand } from "../../provision/commands/verify.ts";
import { APPLY_LOCK, PROGRAM } from "../../provision/desired/paths.ts";
import { gateway, INVENTORY, ONE_SIM7600, run } from "../helpers/gateway.ts";
import type { MemoryMachine } from "../helpers/memory-host.ts";

/*
 * smsd's unit is not the only one: the agent, and the timer that stands in for it.
 */

const yes = { yes: true };
const SMSD = "smstools.service";
const AGENT = "modemkeeper.service";
const TIMER = "modemkeeper-fallback.timer";
const AGENT_FILE = `/etc/systemd/system/${AGENT}`;

async function applied(inventory?: string): Promise<MemoryMachine> {
  const machine = await gateway(inventory);
  const result = await run(machine.host(), applyCommand, yes);
  expect(result.error).toBeUndefined();
  expect(result.out).toContain("✓ agent: modemkeeper.service is active");
  return machine;
}

const startsOf = (machine: MemoryMachine) => [SMSD, AGENT, TIMER].map((unit) => machine.services.starts.get(unit) ?? 0);

function textAt(machine: MemoryMachine, path: string): string {
  const entry = machine.files.entries.get(path);
  return entry?.kind === "file" ? entry.content : "";
}

test("smsd is started before the agent, and each once", async () => {
  const machine = await applied();
  expect(startsOf(machine)).toEqual([1, 1, 1]);
  const order = machine.journal.flatMap(
    (line) => /control.*?(smstools|modemkeeper\S*?)\.(service|timer)/.exec(line)?.[1] ?? [],
  );
  expect(order).toEqual(["smstools", "modemkeeper", "modemkeeper-fallback"]);
  await run(machine.host(), applyCommand, yes);
  expect(startsOf(machine)).toEqual([1, 1, 1]);
});

test("a changed unit of the agent restarts the agent and not smsd; a changed setting of smsd the other way round", async () => {
  const machine = await applied();
  machine.given(AGENT_FILE, `${textAt(machine, AGENT_FILE)}# by hand\n`);
  const mended = await run(machine.host(), applyCommand, yes);
  expect(mended.out).toContain("then the agent starts anew");
  expect(mended.out).toContain("smsd is not touched");
  expect(startsOf(machine)).toEqual([1, 2, 2]);
  machine.given(INVENTORY, `${ONE_SIM7600}smsd: { settings: { blocktime: 77 } }\n`);
  await run(machine.host(), applyCommand, yes);
  expect(startsOf(machine)).toEqual([2, 2, 2]);
});

test("an agent that was stopped by hand is started, and smsd is not touched", async () => {
  const machine = await applied();
  await machine.services.control("stop", AGENT);
  const verified = await run(machine.host(), verifyCommand, {});
  expect(verified.code).toBe(2);
  expect(verified.out).toContain("✗ agent: modemkeeper.service is inactive");
  const again = await run(machine.host(), applyCommand, yes);
  expect(again.out).toContain("smsd is not touched");
  expect(startsOf(machine)).toEqual([1, 2, 1]);
});

test("without the program the agent's unit waits for it, which the plan and verify say; there is nothing else to do", async () => {
  const machine = await gateway();
  machine.files.entries.delete(PROGRAM);
  const first = await run(machine.host(), applyCommand, yes);
  expect(first.code).toBe(0);
  expect(first.out).toContain(`${AGENT} does not start before ${PROGRAM} is installed`);
  expect(first.out).toContain("! agent:");
  expect(startsOf(machine)).toEqual([1, 0, 1]);
  expect((await machine.host().services.state(AGENT)).enabled).toBe(true);
  expect((await run(machine.host(), planCommand, { detailedExitcode: true })).code).toBe(0);
  machine.given(PROGRAM, "#!/bin/sh\n", { mode: 0o755 });
  await run(machine.host(), applyCommand, yes);
  expect(startsOf(machine)).toEqual([1, 1, 1]);
});

test("an apply that the agent works against waits for it, and says so", async () => {
  const machine = await gateway();
  const lock = await machine.host().locks.tryLock(APPLY_LOCK);
  const host = machine.host();
  const locks = {
    tryLock: host.locks.tryLock,
    lock: async (path: string, wait: number) => {
      await lock?.release();
      return host.locks.lock(path, wait);
    },
  };
  const result = await run({ ...host, locks }, applyCommand, yes);
  expect(result.code).toBe(0);
  expect(result.err).toContain("works on this host now: waiting up to 60 s");
});

test("old scripts are replaced under their names, and come back when all goes", async () => {
  const machine = await gateway(`${ONE_SIM7600}compat: { scripts: /home/rom }\n`);
  machine.given("/home/rom/restart_smsd.sh", "#!/bin/bash\nsudo systemctl restart smstools\n", { mode: 0o755 });
  machine.given("/home/rom/other.sh", "#!/bin/bash\n");
  await run(machine.host(), applyCommand, yes);
  expect(textAt(machine, "/home/rom/restart_smsd.sh")).toContain("'smsd' 'restart'");
  expect(textAt(machine, "/home/rom/smsd_monitor.sh")).toContain("'status'");
  await run(machine.host(), destroyCommand, { ...yes, spool: "remove" });
  expect(textAt(machine, "/home/rom/restart_smsd.sh")).toContain("sudo systemctl restart smstools");
  expect([...machine.files.entries.keys()].filter((path) => path.startsWith("/home/rom/")).sort()).toEqual([
    "/home/rom/other.sh",
    "/home/rom/restart_smsd.sh",
  ]);
});

test("destroy ends the agent before smsd, and leaves nothing of either", async () => {
  const machine = await applied();
  machine.given("/var/lib/modemkeeper/agent/memory.json", "{}");
  machine.given("/var/log/modemkeeper/events.jsonl", "{}\n");
  const before = machine.journal.length;
  const result = await run(machine.host(), destroyCommand, { ...yes, spool: "remove" });
  expect(result.error).toBeUndefined();
  const stops = machine.journal.slice(before).filter((line) => /control/.test(line) && /stop/.test(line));
  expect(stops.findIndex((line) => line.includes(AGENT))).toBeLessThan(stops.findIndex((line) => line.includes(SMSD)));
  expect([...machine.services.active.keys()]).toEqual([]);
  const left = [...machine.files.entries.keys()].filter((path) => /modemkeeper/.test(path));
  expect(left.filter((path) => path !== PROGRAM)).toEqual([]);
});
