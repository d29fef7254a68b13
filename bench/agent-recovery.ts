import { editInventory, Timeline } from "../test/lab/agent.ts";
import type { Guest } from "../test/lab/guest.ts";
import { quickInventory } from "../test/lab/inventories.ts";
import { withoutAgent } from "./agent-replug.ts";
import { inTurns, journal, MODEM, talkingAfter } from "./in-guest.ts";
import { plainSeries, type Row } from "./row.ts";

const LONGEST = 180;
const HANG = { kind: "hang", how: "silent", healedBy: ["usb-reset"] } as const;

/**
 * A hung modem that a USB reset heals: from the first action to smsd talking again. The peer does the bare actions one
 * after the other in a shell, without asking whether they helped. The simulated modem boots at once.
 */
export async function recoveryRow(rounds: number): Promise<Row> {
  const [ours = [], bare = []] = await inTurns(rounds, [recovered, byHand]);
  return {
    name: "recovery by USB reset, without the modem's boot",
    unit: "s",
    ours: plainSeries("agent", ours),
    peer: plainSeries("stop, usbreset, start", bare),
    targets: [{ kind: "over-peer", limit: 5 }],
  };
}

async function recovered(guest: Guest): Promise<number> {
  // Compared is the rung, not the climb to it.
  await editInventory(guest, quickInventory({ rungs: ["usb-reset"] }));
  await guest.ok("sleep 20");
  const timeline = await Timeline.from(guest);
  await guest.sim.fault(HANG, MODEM);
  const begun = await timeline.wait("recovery-begun", LONGEST);
  await timeline.wait("recovery-succeeded", LONGEST);
  const event = (await timeline.events()).find(({ code }) => code === "recovery-succeeded");
  if (event === undefined) throw new Error("the recovery has no end");
  return (Date.parse(event.time) - Date.parse(begun.time)) / 1000;
}

async function byHand(guest: Guest): Promise<number> {
  await withoutAgent(guest);
  await guest.sim.fault(HANG, MODEM);
  const before = (await journal(guest)).at(-1)?.at ?? 0;
  const started = await uptime(guest);
  await guest.ok("systemctl stop smstools && usbreset 1e0e:9001 && udevadm settle && systemctl start smstools", {
    seconds: LONGEST,
  });
  await talkingAfter(guest, before, LONGEST);
  return (await uptime(guest)) - started;
}

async function uptime(guest: Guest): Promise<number> {
  return Number(await guest.ok("cut -d ' ' -f 1 /proc/uptime"));
}
