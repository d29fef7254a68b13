import { expect } from "vitest";
import { editInventory, expectTalking, smsdPid, Timeline } from "../agent.ts";
import { expectSmsIn, expectSmsOut } from "../gateway.ts";
import type { Guest } from "../guest.ts";
import { quickInventory } from "../inventories.ts";
import { scenario } from "../scenario.ts";
import { expectPollEnded } from "../smsd-port.ts";

const PIN_FILE = "/etc/modemkeeper/secrets/sim7600.pin";

/*
 * What must never be tried again by machine: a PIN that was refused (three tries lock the SIM), starting on a full disk
 * (messages are lost, others sent twice), and a message that kills the modem.
 */
scenario("a wrong PIN is tried once, however often anybody looks", "gateway", async (guest) => {
  await guest.sim.unplug("SIM7600");
  await guest.sim.plug({ name: "locked", port: 0, pin: "1234" });
  await guest.write(PIN_FILE, "4321\n", "600");
  const timeline = await Timeline.from(guest);
  await editInventory(guest, quickInventory({ modem: "sim: { pin: { file: sim7600.pin } }" }));
  await timeline.wait("pin-refused", 240);
  await guest.run("systemctl restart smstools");
  await guest.ok("systemctl restart modemkeeper", { seconds: 90 });
  await guest.waitFor("[ -s /run/modemkeeper/state.json ]", 120);
  expect((await guest.sim.state()).find(({ name }) => name === "locked")).toMatchObject({ pinTriesLeft: 2 });

  await guest.write(PIN_FILE, "1234\n", "600");
  await guest.ok("provision apply --yes -i /etc/modemkeeper/inventory.yaml", { seconds: 180 });
  await expectTalking(guest, "SIM7600", 60);
  expect((await guest.sim.state()).find(({ name }) => name === "locked")).toMatchObject({ pinTriesLeft: 3 });
});

scenario("on a full disk messages wait on the SIM", "gateway", async (guest) => {
  const main = await smsdPid(guest, "MAINPROCESS");
  const timeline = await Timeline.from(guest);
  await guest.ok("fallocate -l $(( ($(df -k --output=avail /var/spool | tail -n 1) - 20000) * 1024 )) /var/ballast");
  await timeline.wait("disk-full", 90);
  await guest.waitFor("grep -q '^ALL: .*(modemkeeper)$' /run/smstools/suspend", 30);
  await expectPollEnded(guest);
  await guest.sim.receive({ from: "+491710000002", text: "must not be lost" }, "SIM7600");
  expect(await guest.ok("ls /var/spool/sms/incoming")).toBe("");
  await guest.ok("rm /var/ballast");
  await guest.waitFor("grep -l -F 'must not be lost' /var/spool/sms/incoming/*", 90);
  expect(await smsdPid(guest, "MAINPROCESS")).toBe(main);
});

scenario("a message that hangs the modem twice is set aside, and the queue goes on", "gateway", async (guest) => {
  await guest.sim.fault({ kind: "poison-text", text: "poison", healedBy: ["usb-reset"] }, "SIM7600");
  const timeline = await Timeline.from(guest);
  await queue(guest, "a", "this is poison");
  await queue(guest, "b", "this is not");
  await timeline.wait("message-set-aside", 240);
  await guest.waitFor("ls /var/spool/modemkeeper/set-aside | grep -q '^a$'", 20);
  await guest.waitFor("test -e /var/spool/sms/sent/b", 60);
  expect((await guest.sim.sent("SIM7600")).map(({ text }) => text)).toEqual(["this is not"]);
  await expectSmsOut(guest, "and the next one");
  await expectSmsIn(guest, "and one that comes in");
});

async function queue(guest: Guest, name: string, text: string): Promise<void> {
  await guest.write(`/var/spool/sms/outgoing/.${name}`, `To: 491710000001\n\n${text}`, "666");
  await guest.ok(`mv /var/spool/sms/outgoing/.${name} /var/spool/sms/outgoing/${name}`);
}
