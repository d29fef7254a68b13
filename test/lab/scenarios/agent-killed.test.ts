import { expect } from "vitest";
import { expectSettledSmsd, expectTalking, outages, smsdPid, startSampler, Timeline } from "../agent.ts";
import type { Guest } from "../guest.ts";
import { scenario } from "../scenario.ts";

/*
 * Whoever dies is started again: smsd by the agent, the agent by systemd, and a recovery that was going on goes on.
 */
scenario("smsd killed, the agent killed and frozen: all is well again in seconds", "gateway", async (guest) => {
  await expectSettledSmsd(guest);
  await startSampler(guest);
  await smsdKilled(guest, "killall -9 smsd", "smsd-down");
  await smsdKilled(guest, `kill -9 ${await smsdPid(guest, "MAINPROCESS")}`, "smsd-down");
  await smsdKilled(guest, `kill -9 ${await smsdPid(guest, "SIM7600")}`, "smsd-lost-modem");
  expect(Math.max(...(await outages(guest)))).toBeLessThan(30);

  await agentKilledInRecovery(guest);
  await agentFrozen(guest);
});

/** All of it; its main process alone, whose children stay; a modem's process alone, which smsd never starts again. */
async function smsdKilled(guest: Guest, command: string, code: string): Promise<void> {
  const timeline = await Timeline.from(guest);
  const before = await smsdPid(guest, "MAINPROCESS");
  await guest.ok(command);
  await guest.waitFor(async () => ((await smsdPid(guest, "MAINPROCESS")) === before ? undefined : true), 60);
  await expectTalking(guest);
  await timeline.wait(code, 10);
}

/** Killed in every phase that a climb of the ladder has; the climb goes on where it was. */
async function agentKilledInRecovery(guest: Guest): Promise<void> {
  const timeline = await Timeline.from(guest);
  await guest.sim.fault({ kind: "hang", how: "silent", healedBy: ["usb-reset"] }, "SIM7600");
  await timeline.wait("recovery-begun", 150);
  for (let kill = 0; kill < 3; kill++) {
    const pid = await agentPid(guest);
    await guest.ok(`kill -9 ${pid}`);
    await guest.waitFor(async () => ((await agentPid(guest)) === pid ? undefined : true), 30);
    await guest.waitFor(async () => ((await agentPid(guest)) > 0 ? true : undefined), 30);
  }
  await timeline.wait("recovery-succeeded", 240, "usb-reset");
  await expectTalking(guest);
  expect((await timeline.codes()).filter((code) => code === "recovery-begun")).toHaveLength(1);
}

/** No sign of life within WatchdogSec (shortened here): systemd starts another. smsd does not notice. */
async function agentFrozen(guest: Guest): Promise<void> {
  await guest.write("/run/systemd/system/modemkeeper.service.d/lab.conf", "[Service]\nWatchdogSec=20\n");
  await guest.ok("systemctl daemon-reload && systemctl restart modemkeeper", { seconds: 90 });
  const smsd = await smsdPid(guest, "MAINPROCESS");
  const pid = await agentPid(guest);
  await guest.ok(`kill -STOP ${pid}`);
  await guest.waitFor(async () => ![0, pid].includes(await agentPid(guest)) || undefined, 90);
  expect(await smsdPid(guest, "MAINPROCESS")).toBe(smsd);
}

async function agentPid(guest: Guest): Promise<number> {
  return Number(await guest.ok("systemctl show -P MainPID modemkeeper"));
}

/*
 * The agent cannot run at all: the timer's small script brings a dead smsd back, and honours the flag.
 */
scenario("without the agent, the fallback starts a dead smsd, but not against the flag", "gateway", async (guest) => {
  await guest.ok("systemctl stop modemkeeper && systemctl mask --runtime modemkeeper");
  await guest.ok("touch /tmp/smsd_manual_stop && systemctl kill -s KILL smstools");
  await guest.waitFor("! systemctl is-active smstools");
  await guest.run("systemctl start modemkeeper-fallback.service");
  expect((await guest.run("systemctl is-active smstools")).stdout.trim()).not.toBe("active");

  await guest.ok("rm /tmp/smsd_manual_stop");
  await guest.run("systemctl start modemkeeper-fallback.service");
  await expectTalking(guest);
  expect(await guest.ok("systemctl show -P NextElapseUSecMonotonic modemkeeper-fallback.timer")).not.toBe("");
});
