import { describe, expect, test } from "vitest";
import type { ModemState } from "../../../../agent/state-modem.ts";
import { broken, carriedOut, probed, resumed, stopped } from "../decide-modems/ladder-story.ts";
import { ModemStory } from "../decide-modems/modem-story.ts";
import { oneWarmModem, stateIn, TOLD, workingGateway } from "./status-desk.ts";

const modemIn = (story: ModemStory): ModemState => {
  const [modem] = stateIn(story).modems;
  if (!modem) throw new Error("the story has a modem");
  return modem;
};

test("what a full probe found, with IMEI and IMSI masked wherever they stand", () => {
  const story = workingGateway();
  expect(modemIn(story)).toMatchObject({
    usb: "1e0e:9001",
    imei: "8675…0123",
    imsi: "2620…7890",
    firmware: TOLD.firmware,
    sim: "READY",
    registration: 1,
    operator: "Telekom.de",
    signal: 20,
    dbm: -73,
    bars: 5,
    storage: { used: 3, total: 23 },
    temperature: 33,
    lastReceived: new Date(story.wall - 1_000 - 180_000).toISOString(),
    lastSent: new Date(story.wall - 1_000 - 7_200_000).toISOString(),
  });
  const all = JSON.stringify(stateIn(story));
  for (const digits of [TOLD.imei, TOLD.imsi]) expect(all).not.toContain(digits);
});

test("is shown no longer than it is good for, who the modem is excepted", () => {
  const story = workingGateway();
  story.after(16 * 60);
  const { signal, dbm, sim, operator, temperature, imei, asked } = modemIn(story);
  expect([signal, dbm, sim, operator, temperature]).toEqual([undefined, undefined, undefined, undefined, undefined]);
  expect(imei).toBe("8675…0123");
  expect(asked).toBe(new Date(story.wall - 16 * 60_000 - 1_000).toISOString());
});

test("another look that finds less hides what was known before", () => {
  const story = workingGateway();
  story.after(400).ready().look();
  const gaps = { operator: "the modem refuses AT+COPS?" };
  const { operator: _none, ...less } = TOLD;
  story.end("probe", { probe: { ...less, gaps } }).look();
  expect(modemIn(story)).toMatchObject({ gaps, signal: 20 });
  expect(modemIn(story).operator).toBeUndefined();
  story.after(400).ready().look();
  story.end("probe", { probe: TOLD }).look();
  expect(modemIn(story).operator).toBe("Telekom.de");
  expect(modemIn(story).gaps).toBeUndefined();
});

test("a modem that was there long before the agent shows since when the kernel has had it", () => {
  const story = new ModemStory();
  const since = new Date(story.wall - 259_200_000).toISOString();
  story.plug("1", 0, { connectedAt: story.now - 259_200_000 }).smsd(true);
  expect(modemIn(story)).toMatchObject({ present: true, since });
  story.look();
  expect(modemIn(story.after(60))).toMatchObject({ present: true, since });
});

test("a modem that has gone shows since when, and nothing of what it told", () => {
  const story = workingGateway().unplug();
  story.look();
  const gone = story.wall;
  const modem = modemIn(story.after(60));
  expect(modem).toMatchObject({ present: false, since: new Date(gone).toISOString() });
  expect(Object.keys(modem)).not.toContain("imei");
  expect(Object.keys(modem)).not.toContain("signal");
});

describe("when it is asked next", () => {
  test("in five minutes, as long as nothing hinders", () => {
    const story = workingGateway();
    const next = new Date(story.wall - 1_000 + 300_000).toISOString();
    expect(modemIn(story)).toMatchObject({ nextAsk: next });
    expect(modemIn(story).unaskable).toBeUndefined();
  });

  test.each<[string, string, (story: ModemStory) => void]>([
    [
      "its second port is in use",
      "minicom (pid 9) has its second AT port (ttyUSB3) open",
      ({ seen }) => Object.assign(seen, { holders: { ttyUSB3: [HOLDER] } }),
    ],
    [
      "the access lock is held",
      "minicom (pid 9) holds the access lock",
      ({ seen }) => Object.assign(seen, { lockHolder: HOLDER }),
    ],
    [
      "a person works on the host",
      "minicom (pid 9) works on the host",
      ({ seen }) => Object.assign(seen, { operator: HOLDER }),
    ],
    ["its links are not there yet", "its links are being made", (story) => Object.assign(story.seen, { links: {} })],
  ])("not while %s", (_what, unaskable, change) => {
    const story = workingGateway();
    change(story);
    expect(modemIn(story)).toMatchObject({ unaskable });
  });
});

const HOLDER = { pid: 9, process: "minicom", user: "root", since: 0 };

describe("recoveries", () => {
  test("one under way shows its rungs, and since when", () => {
    const story = broken(["at-reset", "usb-reset"]);
    const begun = new Date(story.wall).toISOString();
    stopped(story);
    expect(modemIn(story.after(5)).recovery).toMatchObject({
      phase: "act",
      rung: "at-reset",
      ladder: ["at-reset", "usb-reset"],
      begun,
    });
  });

  test("one that helped is remembered with its rung and how long it took", () => {
    const story = broken(["usb-reset"]);
    const begun = story.wall;
    stopped(story);
    carriedOut(story, "usb-reset");
    probed(story, { answered: true });
    resumed(story);
    expect(modemIn(story).lastRecovery).toMatchObject({ ok: true, rung: "usb-reset", how: "smsd reads its messages" });
    const { at = "", took } = modemIn(story).lastRecovery ?? {};
    expect(took).toBe(Math.round((Date.parse(at) - begun) / 1000));
    expect(modemIn(story).nextRecovery).toBeUndefined();
  });

  test("one in vain names the last rung tried, and when the next is due", () => {
    const story = broken(["at-reset", "usb-reset"]);
    stopped(story);
    story.after(1).end("at-reset", { ok: false, detail: "x" }).look();
    story.after(31).look();
    story.after(1).end("usb-reset", { ok: false, detail: "x" }).look();
    expect(story.said.at(-1)).toBe("recovery-failed");
    const modem = modemIn(story);
    expect(modem.lastRecovery).toMatchObject({ ok: false, rung: "usb-reset", how: "no rung helped" });
    expect(modem.nextRecovery).toBe(new Date(story.wall + 60_000).toISOString());
  });

  test("one that ended before any rung names none", () => {
    const story = broken(["at-reset"]);
    story.inventory = oneWarmModem({ enabled: false });
    story.after(1).look();
    expect(modemIn(story).lastRecovery).toMatchObject({
      ok: false,
      rung: "none",
      how: "the inventory switched the watchdog off",
    });
  });
});
