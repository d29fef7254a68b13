import { decide } from "../../../../agent/decide/decide.ts";
import type { IncomingState, NoticesState } from "../../../../agent/model/delivery.ts";
import type { ProbeResult } from "../../../../agent/model/step.ts";
import { type AgentState, stateOf } from "../../../../agent/state.ts";
import { gatherStatus, type StatusFacts } from "../../../../agent/status/gather.ts";
import type { GatewayStatus } from "../../../../agent/status/types.ts";
import { timeText } from "../../../../core/manual-stop.ts";
import type { Inventory, WatchdogSection } from "../../../../core/model/inventory.ts";
import { BOOT_ID, ModemStory, oneModem, twoModems } from "../decide-modems/modem-story.ts";

/** The same inventories, whose modems have a thermometer. */
const warm = (inventory: Inventory): Inventory => ({
  ...inventory,
  modems: inventory.modems.map((modem) => {
    const at = { ...modem.model.at, temperature: "AT+CPMUTEMP" };
    return { ...modem, model: { ...modem.model, at } };
  }),
});

export const oneWarmModem = (change: Partial<WatchdogSection> = {}): Inventory => warm(oneModem(change));
export const twoWarmModems = (): Inventory => warm(twoModems());

/** What a healthy modem tells a full probe. */
export const TOLD: ProbeResult = {
  answered: true,
  imei: "867584030000123",
  imsi: "262011234567890",
  firmware: "LE20B05SIM7600G22",
  sim: "READY",
  registration: 1,
  signal: 20,
  operator: "Telekom.de",
  storage: { used: 3, total: 23 },
  temperature: 33,
};

/** How the agent sees the machine of a story, all of its rules applied once more. */
export function stateIn(story: ModemStory): AgentState {
  const { inventory, seen, memory, now: monotonic, wall } = story;
  const now = { monotonic, wall, bootId: BOOT_ID };
  const decision = decide({ inventory, seen, memory, now });
  return stateOf(inventory, seen, decision, now, { pid: 900, version: "1.2.3" });
}

/** One pass of the agent with all of its rules; what it decides is not carried out. */
export function pass(story: ModemStory): ModemStory {
  const { inventory, seen, memory, wall } = story;
  const decision = decide({ inventory, seen, memory, now: { monotonic: story.now, wall, bootId: BOOT_ID } });
  story.memory = decision.memory;
  return story;
}

/** What `modemkeeper status` would say of it two seconds later. `blind`: nobody could look at more than processes and bus. */
export function statusIn(
  story: ModemStory,
  { blind = false, ...change }: Partial<StatusFacts> & { readonly blind?: boolean } = {},
): GatewayStatus {
  const { smsd, flag, attached } = story.seen;
  const since = smsd.processes[0]?.startedAt;
  return gatherStatus({
    now: story.wall + 2_000,
    inventory: story.inventory,
    smsd: {
      running: smsd.processes.length > 0,
      unit: smsd.unit,
      pids: smsd.processes.map(({ pid }) => pid),
      strays: smsd.strays.map(({ pid }) => pid),
      ...(since === undefined ? {} : { since: timeText(since) }),
    },
    agentUnit: "active",
    attached,
    ...(blind ? {} : { state: stateIn(story) }),
    agentRuns: true,
    ...(flag ? { flag } : {}),
    ...change,
  });
}

/** A gateway that has worked for hours, has just been asked everything, and has moved a message each way. */
export function workingGateway(inventory = oneWarmModem()): ModemStory {
  const story = ModemStory.working(inventory);
  const names = inventory.modems.map(({ name }) => name);
  for (const name of names) story.remember({ lastFullProbeAt: 0, probedAt: 0 }, name);
  story.look();
  for (const _ of names) story.end("probe", { probe: TOLD });
  const { log } = story.seen.smsd;
  const traffic = Object.fromEntries(
    names.map((name) => [name, { receivedAt: story.wall - 180_000, sentAt: story.wall - 7_200_000 }]),
  );
  story.seen.smsd = { ...story.seen.smsd, log: { ...log, traffic } };
  story.seen.incoming = RECEIVERS;
  story.seen.notices = NOTICES;
  for (const name of names) story.ready(name);
  story.look();
  story.after(1);
  return story;
}

export const RECEIVERS: IncomingState = {
  sinks: [
    { name: "crm", type: "webhook", waiting: 0, oldest: 0, delivered: 17, lastDeliveredAt: Date.UTC(2026, 0, 17, 20) },
  ],
  waiting: 0,
  deadLetters: 0,
  duplicates: 0,
  trouble: [],
};

export const NOTICES: NoticesState = {
  sinks: [{ name: "phone", type: "ntfy", waiting: 0, oldest: 0, delivered: 2 }],
  waiting: 0,
  trouble: [],
};
