import { expect, test } from "vitest";
import { eventsCommand } from "../../../../agent/commands/events.ts";
import { EVENTS_LOG } from "../../../../agent/paths.ts";
import { desk } from "../at/at-desk.ts";
import { inventory, machineWithModem, SMSD_LOG } from "../at/at-machine.ts";

test("events: what was, and then what comes until interrupted", async () => {
  const machine = await machineWithModem();
  const line = (sentence: string) => {
    const time = machine.now.toISOString();
    const entry = { time, subject: "smsd", code: "x", level: "info", phase: "done", sentence };
    machine.append(EVENTS_LOG, `${JSON.stringify(entry)}\n`);
  };
  line("before");
  const { context, said, interrupt } = desk(machine, inventory);
  expect(await eventsCommand(context, { json: true })).toBe(0);
  expect(said.out.split("\n")).toHaveLength(2);
  const following = eventsCommand(context, { follow: true });
  await context.host.clock.sleep(2000);
  line("after");
  await context.host.clock.sleep(2000);
  interrupt();
  expect(await following).toBe(130);
  expect(said.out.match(/before|after/g)).toEqual(["before", "before", "after"]);
});

test("events: everyday life is shown on request", async () => {
  const machine = await machineWithModem();
  const day = machine.now.toISOString().slice(0, 10);
  machine.append(SMSD_LOG, `${day} 00:00:00,6, SIM7600: No SMS received\n${day} 00:00:00,2, smsd: Smsd v3 started.\n`);
  const { context, said } = desk(machine, inventory);
  machine.now = new Date(machine.now.getTime() + 86_000_000);
  await eventsCommand(context, { since: "2d" });
  expect(said.out).not.toContain("No SMS received");
  expect(said.out).toContain("Smsd v3 started");
  await eventsCommand(context, { since: "2d", all: true });
  expect(said.out).toContain("No SMS received");
  await expect(eventsCommand(context, { since: "long" })).rejects.toMatchObject({ code: "usage" });
});
