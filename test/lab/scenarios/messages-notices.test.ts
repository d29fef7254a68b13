import { expect } from "vitest";
import type { SignOfLife } from "../../../agent/notify/client.ts";
import type { Notice } from "../../../agent/notify/notice.ts";
import { OUTBOX } from "../../../agent/paths.ts";
import { editInventory, expectSettledSmsd, expectTalking, Timeline } from "../agent.ts";
import { expectLinks, SIM7600_LINKS } from "../gateway.ts";
import type { Guest } from "../guest.ts";
import { quickInventory } from "../inventories.ts";
import { Receiver } from "../receiver.ts";
import { scenario } from "../scenario.ts";

const NOTICES = "/notices";
const SCRIPT = "/usr/local/bin/lab-notify";
const SAID = "/run/lab-notify";
const ADMIN = "+491710000099";
const FLAG = "/tmp/smsd_manual_stop";

const NOTIFY = `notify:
  heartbeat: 10s
  sinks:
    - { name: hook, ${Receiver.webhook(NOTICES)}, minimum: info }
    - { name: script, type: exec, command: [${SCRIPT}, --gateway], level_words: { critical: error } }
    - { name: admin, type: sms, to: ["${ADMIN}"], minimum: critical }
`;

/*
 * Faults are told by web, by script and by SMS, and so are their ends. What the receiver cannot take while it is away comes
 * afterwards, in order and with the times at which it was found out, though the agent was killed in between.
 */
scenario("notices of faults and repairs arrive, late ones with their times", "gateway", async (guest) => {
  await guest.write(SCRIPT, `#!/bin/sh\nfor word; do printf '%s|' "$word"; done >>${SAID}\necho >>${SAID}\n`, "755");
  const receiver = await Receiver.install(guest);
  await editInventory(guest, quickInventory({ more: NOTIFY }));
  await heartbeat(guest, receiver);
  await smsdKilled(guest, receiver);
  await whileAway(guest, receiver);
  await send(guest);
});

async function heartbeat(guest: Guest, receiver: Receiver): Promise<void> {
  const beats = async () => {
    const events = await receiver.events<SignOfLife>(NOTICES);
    const found = events.filter(({ type }) => type === "modemkeeper.heartbeat");
    return found.length >= 2 ? found : undefined;
  };
  const [first, second] = await guest.waitFor(beats, 240);
  expect(first?.data).toMatchObject({ host: "gateway", next: 10 });
  expect(Date.parse(second?.data.at ?? "") - Date.parse(first?.data.at ?? "")).toBeGreaterThanOrEqual(9_000);
}

async function smsdKilled(guest: Guest, receiver: Receiver): Promise<void> {
  await expectSettledSmsd(guest);
  await guest.ok("killall -9 smsd");
  const told = await notice(guest, receiver, "smsd-down", "begun");
  expect(told).toMatchObject({ level: "critical", subject: "smsd", host: "gateway" });
  const over = await notice(guest, receiver, "smsd-down", "over");
  expect(over.sentence).toMatch(/^Over after /);
  await guest.waitFor(`grep -q '^--gateway|smsd does not run.*|error|$' ${SAID}`, 20);
  await guest.waitFor(`grep -q '^--gateway|Over after .*|info|$' ${SAID}`, 20);
  await guest.waitFor(async () => {
    const texts = (await guest.sim.sent("SIM7600")).filter(({ to }) => to.endsWith(ADMIN.slice(1)));
    const [begun, end] = texts.map(({ text }) => text);
    if (begun === undefined || end === undefined) return undefined;
    expect(begun).toMatch(/^\[gateway\] CRITICAL: smsd does not run/);
    expect(end).toMatch(/^\[gateway\] OVER: Over after /);
    return true;
  }, 60);
}

/** Everything that happens now happens behind the receiver's back. */
async function whileAway(guest: Guest, receiver: Receiver): Promise<void> {
  const before = (await notices(receiver)).length;
  await receiver.stop();
  await stoppedOnPurpose(guest);
  await unplugged(guest);
  await guest.ok("systemctl kill -s KILL modemkeeper");
  await guest.waitFor("systemctl is-active modemkeeper", 120);
  const backAt = Number(await guest.ok("date +%s")) * 1000;
  await receiver.start();

  const wanted = ["manual-stop begun", "manual-stop over", "modem-absent begun", "modem-absent over"];
  const late = await guest.waitFor(async () => {
    const all = (await notices(receiver)).slice(before);
    const names = all.map(({ code, phase }) => `${code} ${phase}`);
    return wanted.every((name) => names.includes(name)) ? all : undefined;
  }, 90);
  const ofThese = late.filter(({ code, phase }) => wanted.includes(`${code} ${phase}`));
  expect(ofThese.map(({ code, phase }) => `${code} ${phase}`)).toEqual(wanted);
  expect(ofThese.map(({ level }) => level)).toEqual(wanted.map(() => "warning"));
  const times = late.map(({ at }) => Date.parse(at));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  for (const { at } of ofThese) expect(Date.parse(at)).toBeLessThan(backAt);
  await guest.waitFor(`test -z "$(ls ${OUTBOX})"`, 60);
}

async function stoppedOnPurpose(guest: Guest): Promise<void> {
  const timeline = await Timeline.from(guest);
  await guest.ok(`touch ${FLAG} && systemctl stop smstools`);
  await timeline.wait("manual-stop", 30);
  // Ten minutes pass before anybody is told.
  await guest.ok(`touch -d '-20 minutes' ${FLAG}`);
  await timeline.find(
    "warning of the manual stop",
    30,
    ({ code, level }) => code === "manual-stop" && level === "warning",
  );
  await guest.ok(`rm ${FLAG}`);
  await timeline.wait("manual-stop", 30, "Over after");
  await expectTalking(guest);
}

async function unplugged(guest: Guest): Promise<void> {
  const timeline = await Timeline.from(guest);
  await guest.sim.unplug("SIM7600");
  await timeline.wait("modem-absent", 40);
  await guest.sim.plug({ name: "SIM7600" });
  await timeline.wait("modem-absent", 40, "Over after");
  await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);
  await expectTalking(guest);
}

/** A message as it was typed, and the test of a finished installation. */
async function send(guest: Guest): Promise<void> {
  const text = "text with € and 😀, `$HOME` and 'quotes'";
  await guest.write("/root/text", text);
  const said = await guest.ok('modemkeeper sms send +491710000077 "$(cat /root/text)"', { seconds: 120 });
  expect(said).toMatch(/^Sent to \+491710000077: 1 part, \d+\.\d s, by SIM7600/);
  expect(await sentTo(guest, "491710000077")).toEqual([text]);

  const apply = "provision apply --yes -i /etc/modemkeeper/inventory.yaml --test-sms +491710000078 2>&1";
  expect(await guest.ok(apply, { seconds: 240 })).toMatch(/sent to \+491710000078 by SIM7600/);
  expect(await sentTo(guest, "491710000078")).toEqual([expect.stringMatching(/^modemkeeper test from gateway at /)]);
}

async function sentTo(guest: Guest, number: string): Promise<readonly string[]> {
  return (await guest.sim.sent("SIM7600")).filter(({ to }) => to.endsWith(number)).map(({ text }) => text);
}

async function notice(guest: Guest, receiver: Receiver, code: string, phase: Notice["phase"]): Promise<Notice> {
  const find = async () => (await notices(receiver)).find((one) => one.code === code && one.phase === phase);
  return await guest.waitFor(find, 60).catch(async () => {
    throw new Error(`no notice "${code} ${phase}", but:\n${JSON.stringify(await notices(receiver), null, 1)}`);
  });
}

/** Each once, in the order in which they came first. */
async function notices(receiver: Receiver): Promise<readonly Notice[]> {
  const events = (await receiver.events<Notice>(NOTICES)).filter(({ type }) => type === "modemkeeper.notice");
  return [...new Map(events.map(({ id, data }) => [id, data])).values()];
}
