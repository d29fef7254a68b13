import type { Guest } from "../test/lab/guest.ts";
import { inTurns, journal, MODEM, talkingAfter } from "./in-guest.ts";
import { plainSeries, type Row } from "./row.ts";

const LONGEST = 120;

/**
 * From the plug to smsd's first question about messages, beside what a person would write who has no agent: a udev rule
 * that restarts smsd, with smsd configured as its manual begins.
 */
export async function replugRow(rounds: number): Promise<Row> {
  const [ours = [], byHand = []] = await inTurns(rounds, [replug, replugByHand]);
  return {
    name: "replug → smsd talks to the modem",
    unit: "s",
    ours: plainSeries("agent", ours),
    peer: plainSeries("udev rule + systemctl restart", byHand),
    targets: [{ kind: "times-as-much", limit: 1.5 }],
  };
}

async function replug(guest: Guest): Promise<number> {
  await guest.sim.unplug(MODEM);
  await guest.waitFor("! ls /dev/ttyUSB[0-9]* 2>/dev/null");
  // It has been away long enough for everybody to have noticed.
  await guest.ok("sleep 5");
  await guest.sim.plug({ name: MODEM });
  const plugged = (await journal(guest)).findLast(({ text }) => text.startsWith("plugged"))?.at;
  if (plugged === undefined) throw new Error("the simulator does not say when it was plugged in");
  return ((await talkingAfter(guest, plugged, LONGEST)) - plugged) / 1000;
}

const RULE = `ACTION=="add", SUBSYSTEM=="tty", ENV{ID_VENDOR_ID}=="1e0e", ENV{ID_USB_INTERFACE_NUM}=="02", SYMLINK+="modem", RUN+="/usr/bin/systemctl --no-block restart smstools"
`;

const CONFIGURATION = `devices = GSM1
outgoing = /var/spool/sms/outgoing
checked = /var/spool/sms/checked
incoming = /var/spool/sms/incoming
logfile = /var/log/smstools/smsd.log
loglevel = 6

[GSM1]
device = /dev/modem
incoming = yes
memory_start = 0
`;

async function replugByHand(guest: Guest): Promise<number> {
  await withoutAgent(guest);
  await guest.write("/etc/udev/rules.d/99-by-hand.rules", RULE);
  await guest.write("/etc/smsd.conf", CONFIGURATION);
  await guest.ok("udevadm control --reload && udevadm trigger --action=add --subsystem-match=tty && udevadm settle");
  await guest.waitFor("grep -q 'GSM1: No SMS received' /var/log/smstools/smsd.log", LONGEST);
  return await replug(guest);
}

/** Neither the agent nor its fallback acts from now on. */
export async function withoutAgent(guest: Guest): Promise<void> {
  await guest.ok("systemctl stop modemkeeper modemkeeper-fallback.timer");
}
