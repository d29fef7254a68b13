import { expect, test } from "vitest";
import type { Finding } from "../../../../agent/model/finding.ts";
import type { Transition } from "../../../../agent/model/step.ts";
import { event, finding } from "./notice-story.ts";
import { DOWN, lives, type NoticesDesk, noticesDesk, sink } from "./notices-desk.ts";

/*
 * SIGKILL in place of every write and removal: the next agent begins with the pass that the dead one had not brought to its
 * end, since its own memory is written after the notices are. Nothing may be lost; at worst something is told twice.
 */

interface Pass {
  readonly findings: readonly Finding[];
  readonly events: readonly Transition[];
}

const flag = finding({ code: "flag-expired", sentence: "The flag no longer counts." });
const PASSES: readonly Pass[] = [
  { findings: [finding()], events: [] },
  { findings: [finding(), flag], events: [event()] },
  { findings: [flag], events: [event({ code: "recovery-begun" })] },
  { findings: [], events: [event({ code: "recovery-succeeded", level: "info" })] },
];
const EXPECTED = [
  "begun smsd-down",
  "begun flag-expired",
  "done sim-exchanged",
  "over smsd-down",
  "done recovery-begun",
  "over flag-expired",
  "done recovery-succeeded",
];

/** One receiver is down until the third pass, the other one always there. */
async function lived(dieAt?: number): Promise<{ readonly desk: NoticesDesk; readonly died: boolean }> {
  const desk = await noticesDesk([sink("ops"), sink("far")]);
  desk.receiver("far").answer = () => DOWN;
  await desk.notices.stop();
  const journal = desk.machine.journal.length;
  await desk.restart(dieAt === undefined ? {} : { dieAt });
  let died = false;
  for (let index = 0; index < PASSES.length; index += 1) {
    const { findings, events } = PASSES[index] ?? { findings: [], events: [] };
    if (index === 2) desk.receiver("far").answer = () => ({ outcome: "delivered", detail: "back" });
    await desk.after(60);
    await desk.pass(findings, events);
    if (died || (await lives(desk.host))) continue;
    died = true;
    await desk.restart();
    index -= 1;
  }
  await desk.after(600);
  await desk.notices.stop();
  if (dieAt === undefined) desk.machine.journal.splice(0, journal);
  return { desk, died };
}

function first(heard: readonly string[]): readonly string[] {
  return [...new Set(heard)];
}

test("killed in place of each write, the next agent tells all that is missing, in order, and nothing more than twice", async () => {
  const { desk: unharmed } = await lived();
  expect(unharmed.receiver("ops").heard).toEqual(EXPECTED);
  expect(unharmed.receiver("far").heard).toEqual(EXPECTED);
  const writes = unharmed.machine.journal.length;
  expect(writes).toBeGreaterThan(20);
  let deaths = 0;
  for (let dieAt = 1; dieAt <= writes; dieAt += 1) {
    const { desk, died } = await lived(dieAt);
    deaths += died ? 1 : 0;
    for (const name of ["ops", "far"]) {
      const { heard, got } = desk.receiver(name);
      expect([dieAt, name, ...first(heard)]).toEqual([dieAt, name, ...EXPECTED]);
      // What comes twice under one id is known to be the same.
      const ids = new Map(got.map(({ id, phase, code }) => [id, `${phase} ${code}`]));
      for (const one of EXPECTED) expect([...ids.values()].filter((other) => other === one).length).toBeLessThan(3);
    }
    expect([dieAt, desk.outbox]).toEqual([dieAt, []]);
  }
  expect(deaths).toBeGreaterThan(writes / 2);
});
