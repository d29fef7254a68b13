import { expect } from "vitest";
import type { Delivery } from "../../sim/modem/network.ts";
import { agentState, editInventory, expectTalking } from "../agent.ts";
import { expectLinks, SIM7600_LINKS } from "../gateway.ts";
import type { Guest } from "../guest.ts";
import { quickInventory } from "../inventories.ts";
import * as messages from "../messages.ts";
import { Receiver } from "../receiver.ts";
import { scenario } from "../scenario.ts";

const SECRET = "42-not-for-logs";
/** Tells the modem's number on the bus, a new one for each of its lives; nothing while it is away. */
const NUMBER = "cat /sys/bus/usb/devices/1-1/devnum";

/*
 * Messages arrive while each of those is down who must handle them: the agent, smsd, the modem, the receiver. Every message
 * reaches both receivers under one id, in order per sender, and is put away once.
 */
scenario("messages that arrive during every outage are delivered", "gateway", async (guest) => {
  const receiver = await Receiver.install(guest);
  await editInventory(guest, quickInventory({ more: messages.incomingSection() }));
  await messages.expectDelivering(guest);

  const all: Delivery[] = [];
  for (const outage of [allIsWell, agentDown, agentKilled, smsdDown, modemCrashes, modemAway, receiverDown]) {
    all.push(...(await outage(guest, receiver)));
    await messages.expectDelivered(guest, receiver, all);
  }
  await expectPrivate(guest);
});

type Outage = (guest: Guest, receiver: Receiver) => Promise<readonly Delivery[]>;

const allIsWell: Outage = async (guest, receiver) => {
  const sent = await messages.receiveAll(guest, [
    { from: messages.ALICE, text: `well: ${SECRET}` },
    { from: messages.BOB, text: `well: € and 😀, ${"long ".repeat(40)}` },
    { from: "BANK\nX: y", text: "well: a name with a line end" },
  ]);
  await messages.expectDelivered(guest, receiver, sent);
  expect(await messages.repetitions(guest, receiver)).toBe(0);
  return sent;
};

const agentDown: Outage = async (guest) => {
  await guest.ok("systemctl stop modemkeeper");
  const sent = await messages.receiveAll(guest, messages.fromBoth("agent down"));
  await messages.expectWaiting(guest, sent.length);
  await guest.ok("systemctl --no-block start modemkeeper");
  return sent;
};

/** Some may be on their way: they come twice under one id. */
const agentKilled: Outage = async (guest) => {
  const sent = await messages.receiveAll(guest, messages.fromBoth("agent killed"));
  await guest.ok("systemctl kill -s KILL modemkeeper");
  return sent;
};

const smsdDown: Outage = async (guest) => {
  await guest.ok("touch /tmp/smsd_manual_stop && systemctl stop smstools");
  const sent = await messages.receiveAll(guest, messages.fromBoth("smsd down"));
  expect(await guest.ok("ls /var/spool/sms/incoming")).toBe("");
  await guest.ok("rm /tmp/smsd_manual_stop");
  await expectTalking(guest);
  return sent;
};

/** It restarts by itself, and the network keeps the messages until it is back. */
const modemCrashes: Outage = async (guest) => {
  const crash = "printf 'AT+CRESET\\r' >/dev/ttyUSB_SIM7600_VOICE";
  const device = await guest.ok(NUMBER);
  await guest.ok(`flock /var/lock/modem_access.lock sh -c "${crash}"`);
  // Away for a moment only, which nobody need see: when it is back, it is another device.
  await guest.waitFor(`test "$(${NUMBER})" != ${device}`);
  const sent = await messages.receiveAll(guest, messages.fromBoth("modem crashed"));
  await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);
  return sent;
};

/** Some are on the SIM already when the cable goes. */
const modemAway: Outage = async (guest) => {
  const [first, ...rest] = messages.fromBoth("modem away");
  await messages.receiveAll(guest, first ? [first] : []);
  await guest.sim.unplug("SIM7600");
  await guest.waitFor("! test -e /sys/bus/usb/devices/1-1");
  await messages.receiveAll(guest, rest);
  await guest.sim.plug({ name: "SIM7600" });
  await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);
  return first ? [first, ...rest] : rest;
};

const receiverDown: Outage = async (guest, receiver) => {
  await receiver.stop();
  const sent = await messages.receiveAll(guest, messages.fromBoth("receiver down"));
  await messages.expectWaiting(guest, sent.length);
  await guest.waitFor(async () => {
    const { sinks = [] } = (await agentState(guest)).deliveries.incoming ?? {};
    return sinks.some(({ name, failing, waiting }) => name === "hook" && failing && waiting === 4) || undefined;
  }, 60);
  const { stdout } = await guest.run("modemkeeper status", { seconds: 60 });
  expect(stdout.replace(/\s+/g, " ")).toMatch(/hook \(webhook\): takes nothing for .*, 4 waiting/);
  // The other receiver waits for nobody.
  await guest.waitFor("test \"$(grep -c 'receiver down' /var/lib/lab-archive.jsonl)\" -ge 4");
  await receiver.start();
  return sent;
};

/** Texts and numbers stand in no log, and in no state. */
async function expectPrivate(guest: Guest): Promise<void> {
  const places = "/var/log/modemkeeper /run/modemkeeper /var/lib/modemkeeper";
  const found = `{ journalctl -u modemkeeper; grep -r '' ${places}; } | grep -F -e '${SECRET}' -e ${messages.ALICE} || true`;
  expect(await guest.ok(found)).toBe("");
}
