import { expect } from "vitest";
import { expectTalking, outages, smsdPid, startSampler, Timeline } from "../agent.ts";
import type { Guest } from "../guest.ts";
import { scenario } from "../scenario.ts";

const FLAG = "/tmp/smsd_manual_stop";
/** What the promise "within a second" may take in a guest that is twenty times slower, on a busy host. */
const SOON = 15;

/*
 * The manual stop flag by every kind of author. Ages are given by the flag's time, so that nobody has to wait for them.
 */
scenario("the manual stop flag: obeyed while it is fresh, cleared when it is over", "gateway", async (guest) => {
  await commands(guest);
  await legacy(guest);
  await strangers(guest);
});

async function commands(guest: Guest): Promise<void> {
  const timeline = await Timeline.from(guest);
  await guest.ok("modemkeeper smsd stop --for 20m --reason 'new antenna'", { seconds: 120 });
  expect(await guest.read(FLAG)).toMatch(/^expire:\d+\n.*new antenna/);
  expect((await guest.run("pgrep -x smsd")).stdout).toBe("");
  await timeline.wait("manual-stop", 30);
  expect((await guest.run("pgrep -x smsd")).stdout).toBe("");

  await guest.ok("modemkeeper smsd start", { seconds: 120 });
  expect((await guest.run(`test -e ${FLAG}`)).code).toBe(1);
  await timeline.wait("manual-stop", 30, "Over after");
  await expectTalking(guest);

  const before = await smsdPid(guest, "MAINPROCESS");
  await guest.ok("modemkeeper smsd restart", { seconds: 120 });
  expect(await smsdPid(guest, "MAINPROCESS")).not.toBe(before);
  await expectTalking(guest);
}

/** Scripts of old write it by `touch`, and their users forget it. */
async function legacy(guest: Guest): Promise<void> {
  const timeline = await Timeline.from(guest);
  await guest.ok(`touch ${FLAG} && systemctl stop smstools`);
  await timeline.wait("manual-stop", 30);
  expect((await guest.run("pgrep -x smsd")).stdout).toBe("");

  // Twenty minutes later: somebody is told.
  await guest.ok(`touch -d '-20 minutes' ${FLAG}`);
  await timeline.find(
    "warning of the manual stop",
    30,
    ({ code, level }) => code === "manual-stop" && level === "warning",
  );
  expect((await guest.run("pgrep -x smsd")).stdout).toBe("");

  // Half an hour: it was forgotten.
  await guest.ok(`touch -d '-31 minutes' ${FLAG}`);
  await timeline.wait("flag-expired", 30);
  await guest.waitFor(`! test -e ${FLAG}`);
  await expectTalking(guest, "SIM7600", 60);

  // An end of its own that is over.
  await guest.ok(`systemctl stop smstools; echo "expire:$(($(date +%s) - 5))" > ${FLAG}`);
  await guest.waitFor(`! test -e ${FLAG}`, 30);
  await expectTalking(guest, "SIM7600", 60);
}

/** Only root and listed users may stop smsd; what else lies at the path is told of and left alone. */
async function strangers(guest: Guest): Promise<void> {
  const ways = {
    "a file of nobody": `runuser -u nobody -- touch ${FLAG}`,
    "a link": `ln -s /etc/hostname ${FLAG}`,
    "a time in the future": `touch -d '+3 hours' ${FLAG}`,
  };
  for (const [what, command] of Object.entries(ways)) {
    const timeline = await Timeline.from(guest);
    await guest.ok(command);
    await guest.ok("systemctl stop smstools");
    await timeline.wait("flag-ignored", 30);
    await expectTalking(guest, "SIM7600", 60);
    expect((await guest.run(`test -L ${FLAG} || test -e ${FLAG}`)).code, what).toBe(0);
    await guest.ok(`rm ${FLAG}`);
    await timeline.wait("flag-ignored", 30, "Over after");
  }
  expect(await guest.read("/etc/hostname")).toBe("gateway\n");
}

/*
 * 17 January, the two hours: 19:44 a script stops smsd with its flag; 19:52 the configurator restarts smsd by systemctl
 * and leaves the flag; 19:53 smsd crashes; until 21:38 the monitor looks every two minutes, sees the flag and does
 * nothing. Now: the flag is gone moments after the restart, and the crash costs seconds.
 */
scenario("the two-hour outage of 17 January costs seconds", "gateway", async (guest) => {
  await guest.ok("date -s '2027-01-17 19:44:00'");
  const timeline = await Timeline.from(guest);
  await guest.ok(`touch ${FLAG}; pkill -9 smsd`);
  await timeline.wait("manual-stop", 30);
  expect((await guest.run("pgrep -x smsd")).stdout).toBe("");

  await guest.ok("date -s '2027-01-17 19:52:00'");
  await guest.ok("systemctl restart smstools");
  await guest.waitFor(`! test -e ${FLAG}`, SOON);
  await timeline.wait("flag-leftover", 10);
  await expectTalking(guest);

  await startSampler(guest);
  await guest.ok("date -s '2027-01-17 19:53:00'");
  await guest.ok("killall -9 smsd");
  await expectTalking(guest, "SIM7600", 60);
  await timeline.wait("smsd-down", 10);
  for (const time of ["20:42", "21:10", "21:38"]) {
    await guest.ok(`date -s '2027-01-17 ${time}:00'`);
    await expectTalking(guest);
  }
  const [crash, ...more] = await outages(guest);
  expect(more).toEqual([]);
  expect(crash).toBeLessThan(20);
});
