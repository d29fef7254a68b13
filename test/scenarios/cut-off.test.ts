import { describe, expect, test } from "vitest";
import { applyCommand } from "../../provision/commands/apply.ts";
import { destroyCommand } from "../../provision/commands/destroy.ts";
import { planCommand } from "../../provision/commands/plan.ts";
import { gateway, INVENTORY, ONE_SIM7600, run } from "../helpers/gateway.ts";
import { type MemoryMachine, ProcessDied } from "../helpers/memory-host.ts";

/*
 * Every apply is cut off at each of its mutations in turn: by a kill, which lets nothing more run,
 * and by a refusal (a full disk), after which apply must put everything back.
 */

const yes = { yes: true };
const FRESH = "a fresh board";
const GATEWAY = "a working gateway whose inventory changed";

async function boardOf(kind: string): Promise<MemoryMachine> {
  const machine = await gateway();
  if (kind === FRESH) {
    machine.given("/etc/smsd.conf", "devices = GSM1\n");
    return machine;
  }
  await run(machine.host(), applyCommand, yes);
  machine.given(INVENTORY, ONE_SIM7600.replace("- name: SIM7600", "- name: GSM1"));
  return machine;
}

async function mutationsOf(kind: string): Promise<number> {
  const machine = await boardOf(kind);
  const before = machine.journal.length;
  await run(machine.host(), applyCommand, yes);
  return machine.journal.length - before;
}

/** State that matters: everything but the program's own records and times. */
function visible(machine: MemoryMachine): string {
  const files = [...machine.files.entries]
    .filter(([path, entry]) => entry.kind !== "directory" && !path.startsWith("/var/lib/modemkeeper/"))
    .map(([path, entry]) => [path, { ...entry, modifiedAt: 0 }])
    .sort(([a], [b]) => String(a).localeCompare(String(b)));
  return JSON.stringify([files, [...machine.services.active.keys()].sort()], undefined, 1);
}

async function expectConverged(machine: MemoryMachine): Promise<void> {
  const result = await run(machine.host(), applyCommand, yes);
  expect(result.error).toBeUndefined();
  const plan = await run(machine.host(), planCommand, { detailedExitcode: true });
  expect(plan.out).toContain("nothing to do");
}

describe.each([FRESH, GATEWAY])("apply on %s", (kind) => {
  test("killed at any mutation, the next apply converges, and smsd runs with what is on disk", async () => {
    const total = await mutationsOf(kind);
    expect(total).toBeGreaterThan(5);
    const undisturbed = await boardOf(kind);
    await run(undisturbed.host(), applyCommand, yes);
    for (let dieAt = 1; dieAt <= total; dieAt++) {
      const machine = await boardOf(kind);
      const startsBefore = machine.services.starts.get("smstools.service") ?? 0;
      await expect(run(machine.host({ dieAt }), applyCommand, yes), `mutation ${dieAt}`).rejects.toBeInstanceOf(
        ProcessDied,
      );
      await expectConverged(machine);
      expect(visible(machine), `killed at ${dieAt}`).toBe(visible(undisturbed));
      expect(machine.services.starts.get("smstools.service") ?? 0, `killed at ${dieAt}`).toBeGreaterThan(startsBefore);
    }
  });

  test("refused at any mutation, everything is put back and the exit code says so", async () => {
    const total = await mutationsOf(kind);
    for (let failAt = 1; failAt <= total; failAt++) {
      const machine = await boardOf(kind);
      const before = visible(machine);
      const result = await run(machine.host({ failAt }), applyCommand, yes);
      if (result.error === undefined) continue;
      expect([1, 3, 12], `refused at ${failAt}`).toContain(result.code);
      if (result.code !== 3)
        expect(withoutPackage(visible(machine)), `refused at ${failAt}`).toBe(withoutPackage(before));
      await expectConverged(machine);
    }
  });
});

/** dpkg leaves a removed package's configuration behind; that is Debian's way and not ours to clean. */
function withoutPackage(text: string): string {
  const [files, active]: [[string, unknown][], string[]] = JSON.parse(text);
  const debians = ["/etc/default/smstools", "/etc/init.d/smstools", "/etc/logrotate.d/smstools"];
  return JSON.stringify([files.filter(([path]) => !debians.includes(path)), active]);
}

test("a destroy that was killed can be run again", async () => {
  const reference = await boardOf(FRESH);
  await run(reference.host(), applyCommand, yes);
  const applied = reference.journal.length;
  await run(reference.host(), destroyCommand, { ...yes, spool: "remove" });
  const total = reference.journal.length - applied;
  for (let dieAt = 1; dieAt <= total; dieAt++) {
    const machine = await boardOf(FRESH);
    await run(machine.host(), applyCommand, yes);
    const died = await run(machine.host({ dieAt }), destroyCommand, { ...yes, spool: "remove" }).catch(
      (error) => error,
    );
    expect(died instanceof ProcessDied || died.code === 3, `killed at ${dieAt}`).toBe(true);
    await run(machine.host(), destroyCommand, { ...yes, spool: "remove" });
    expect(visible(machine), `killed at ${dieAt}`).toBe(visible(reference));
  }
});

test("an interrupt between two steps undoes what was done and exits with 130", async () => {
  const machine = await boardOf(FRESH);
  const before = withoutPackage(visible(machine));
  const interruption = new AbortController();
  const host = machine.host();
  const reload = host.services.reload.bind(host.services);
  const services = Object.assign(Object.create(host.services), {
    reload: async () => {
      interruption.abort();
      await reload();
    },
  });
  const result = await run({ ...host, services }, applyCommand, yes, { signal: interruption.signal });
  expect(result.code).toBe(130);
  expect(withoutPackage(visible(machine))).toBe(before);
});
