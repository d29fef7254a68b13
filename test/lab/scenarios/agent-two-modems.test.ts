import { expect } from "vitest";
import { expectTalking, outages, smsdPid, startSampler, Timeline } from "../agent.ts";
import { apply, expectSmsIn, expectSmsOut } from "../gateway.ts";
import { QUICK_PAIR } from "../inventories.ts";
import { scenario } from "../scenario.ts";

/*
 * Two modems, one sick: smsd lets go of the sick one only. The healthy one keeps its process, and messages flow through
 * it while the other is being repaired.
 */
scenario("the healthy one of two modems is never interrupted", "gateway", async (guest) => {
  await guest.sim.plug({ name: "RIGHT", model: "SIM7600", port: 1, imei: "867584030000002", imsi: "262011234567891" });
  await guest.waitFor("test -e /dev/ttyUSB9");
  const applied = await Timeline.from(guest);
  await apply(guest, QUICK_PAIR);
  await expectTalking(guest, "LEFT");
  await expectTalking(guest, "RIGHT");
  // These names are new to the agent: what it has never seen at work it resets by no rung but the mildest.
  for (const modem of ["LEFT", "RIGHT"]) await applied.wait("modem-talking", 120, modem);
  await startSampler(guest);
  const [main, healthy] = [await smsdPid(guest, "MAINPROCESS"), await smsdPid(guest, "RIGHT")];

  const timeline = await Timeline.from(guest);
  await guest.sim.fault({ kind: "hang", how: "silent", healedBy: ["usb-authorize"] }, "SIM7600");
  await timeline.wait("recovery-begun", 150, "LEFT");
  await expectSmsIn(guest, "while the other one is sick", "RIGHT");
  await expectSmsOut(guest, "sent while the other one is sick", "RIGHT");
  await timeline.wait("recovery-succeeded", 240, "usb-authorize");
  await expectTalking(guest, "LEFT");
  await expectSmsIn(guest, "the sick one is well", "SIM7600");

  expect(await smsdPid(guest, "RIGHT")).toBe(healthy);
  expect(await smsdPid(guest, "MAINPROCESS")).toBe(main);
  expect(await outages(guest)).toEqual([]);
});
