import { expect } from "vitest";
import { expectTalking, holdOpen, outages, smsdPid, startSampler, Timeline } from "../agent.ts";
import { expectLinks, expectSmsIn, expectSmsOut, SIM7600_LINKS } from "../gateway.ts";
import type { Guest } from "../guest.ts";
import { scenario } from "../scenario.ts";
import { betweenPolls } from "../smsd-port.ts";

const AT = "/dev/ttyUSB_SIM7600_AT";
const LOCK = "/var/lock/modem_access.lock";

/*
 * Ports and who may use them: a link deleted by hand comes back; a program that sits on smsd's port is named; the access
 * lock works against a plain `flock`; asking a healthy modem never stops smsd; a message is in its file at once.
 */
scenario("links, contention, the access lock and push, on a healthy modem", "gateway", async (guest) => {
  await startSampler(guest);
  const before = await smsdPid(guest, "SIM7600");
  await links(guest);
  await contention(guest);
  await lock(guest);
  await push(guest);
  expect(await smsdPid(guest, "SIM7600")).toBe(before);
  expect(await outages(guest)).toEqual([]);
});

async function links(guest: Guest): Promise<void> {
  await guest.ok(`rm ${AT} && ln -sfn ttyUSB0 /dev/ttyUSB_SIM7600_VOICE`);
  await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);
  await guest.ok(`rm ${AT}`);
  await guest.ok("modemkeeper links repair", { seconds: 60 });
  await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);
}

async function contention(guest: Guest): Promise<void> {
  const timeline = await Timeline.from(guest);
  const pid = await holdOpen(guest, AT);
  // Who has a port open is looked at where that is a quarter of a minute old, and the agent looks every half minute.
  const finding = await timeline.wait("port-contention", 120);
  expect(finding.evidence?.join()).toContain(`process ${pid} `);
  await guest.ok("systemctl stop lab-holder");
}

/** Whoever has the lock, by whatever program, has the modem to itself; whoever dies with it leaves it free. */
async function lock(guest: Guest): Promise<void> {
  expect(await guest.ok("modemkeeper modem at SIM7600 AT+CSQ", { seconds: 60 })).toContain("+CSQ: 20,99");
  await guest.ok(`systemd-run --quiet --unit=lab-lock flock -x ${LOCK} sh -c 'touch /run/lab-lock; exec sleep 600'`);
  // That somebody has it would not do: the agent takes it for a moment now and then.
  await guest.waitFor("test -e /run/lab-lock");
  const refused = await guest.run("modemkeeper lock --wait 1s -- true", { seconds: 60 });
  expect(refused.code, refused.stderr).toBe(11);
  expect(refused.stderr).toMatch(/sleep|flock/);
  await guest.ok("systemctl kill -s KILL lab-lock");
  expect(await guest.ok("modemkeeper lock -- sh -c 'flock -n /var/lock/modem_access.lock true || echo held'")).toBe(
    "held",
  );
}

/** Radio to file in far less than smsd's own poll of 1 s would take, if the machine were not emulated. */
async function push(guest: Guest): Promise<void> {
  await expectSmsIn(guest, "announced on the second port");
  const heard = (await guest.sim.journal("SIM7600")).filter(({ text }) => text.startsWith("+CMTI"));
  expect(heard.map((entry) => entry.interface)).toContain(3);
}

/*
 * A port that is missing while its siblings are there is not a modem that is absent: the USB rungs come at once, without
 * AT commands to nobody.
 */
scenario("the AT port alone is missing: the USB rungs bring it back", "gateway", async (guest) => {
  const timeline = await Timeline.from(guest);
  // A port that goes while smsd talks on it gives I/O errors, which are another beginning.
  await betweenPolls(guest, async () => {
    await guest.sim.fault({ kind: "interface-missing" }, "SIM7600");
    await guest.waitFor(`! test -e ${AT}`);
  });
  await timeline.wait("at-port-missing", 60);
  await timeline.wait("recovery-succeeded", 120, "usb-");
  await expectLinks(guest, "SIM7600", "1-1", SIM7600_LINKS);
  await expectTalking(guest);
  await expectSmsOut(guest, "sent after the port came back");
});
