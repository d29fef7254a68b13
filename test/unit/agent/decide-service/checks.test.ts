import { expect, test } from "vitest";
import type { Observation } from "../../../../agent/model/observation.ts";
import type { AttachedModem } from "../../../../core/model/attached-modem.ts";
import { sampleInventory, sampleModel, sampleModem } from "../../../helpers/sample-inventory.ts";
import { at, codes, down, NO_DEMANDS, running, seen, story, UPTIME, WALL } from "./story.ts";

const MODEL = sampleModel({ at: { ...sampleModel().at, second: "VOICE" } });
const INVENTORY = sampleInventory({ modems: [sampleModem({ model: MODEL })] });
const TWO = sampleInventory({ modems: [sampleModem(), sampleModem({ name: "B" })] });
const SIM7600: AttachedModem = {
  usb: "1e0e:9001",
  sysName: "1-2",
  port: "platform-usb-0:2",
  interfaces: [0, 1, 2, 3, 4].map((number) => ({
    number,
    class: "ff/00/00",
    driver: "option",
    tty: `ttyUSB${number}`,
  })),
};
const HOLDER = { pid: 4242, process: "minicom", user: "rom", since: WALL - 60_000 };

function held(tty: string, change: Partial<Observation> = {}) {
  return seen({ attached: [SIM7600], holders: { [tty]: [HOLDER] }, ...change });
}

test.each(["ttyUSB2", "ttyUSB3"])("another program on %s, on which smsd or the agent talks, is named", (tty) => {
  const look = story(INVENTORY).look(held(tty), at(0));
  expect(look.findings).toMatchObject([{ code: "port-contention", subject: "modem:SIM7600", level: "warning" }]);
  const [evidence] = look.findings[0]?.evidence ?? [];
  for (const part of ["minicom", "4242", "rom", tty, "2030-01-17T19:43:00.000Z"]) expect(evidence).toContain(part);
});

test("ports for others, and whoever holds the access lock, are no contention", () => {
  expect(story(INVENTORY).look(held("ttyUSB1"), at(0)).findings).toEqual([]);
  expect(story(INVENTORY).look(held("ttyUSB2", { lockHolder: HOLDER }), at(0)).findings).toEqual([]);
});

test("ModemManager is worth knowing where it runs, and to be ended where it holds a port", () => {
  const idle = story(INVENTORY).look(seen({ attached: [SIM7600], rivals: ["ModemManager"] }), at(0));
  expect(idle.findings).toMatchObject([{ code: "rival-program", level: "info", notify: false }]);
  const holders = { ttyUSB2: [{ ...HOLDER, process: "ModemManager" }] };
  const holding = story(INVENTORY).look(seen({ attached: [SIM7600], rivals: ["ModemManager"], holders }), at(0));
  expect(holding.findings).toContainEqual(
    expect.objectContaining({ code: "port-contention", fix: "Run `systemctl disable --now ModemManager`." }),
  );
});

test("the access lock may be held for its time by one process, not longer", () => {
  const told = story();
  const first = told.look(seen({ lockHolder: HOLDER }), at(0));
  expect([first.findings, first.wakeAt]).toEqual([[], UPTIME + 30_000]);
  expect(told.look(seen({ lockHolder: HOLDER }), at(40)).wakeAt).toBe(UPTIME + 60_000);
  const long = told.look(seen({ lockHolder: HOLDER }), at(60, 86_400));
  expect(long.findings).toMatchObject([{ code: "access-lock-held", level: "warning" }]);
  expect(long.findings[0]?.evidence[0]).toContain("4242");
  expect(told.look(seen({ lockHolder: { ...HOLDER, pid: 4243 } }), at(61)).findings).toEqual([]);
});

test.each([
  [10, 60_000, []],
  [11, 0, ["incoming-unprocessed"]],
  [1, 60_001, ["incoming-unprocessed"]],
])("%d received messages, the oldest %d ms old", (count, oldest, expected) => {
  const spool = { ...seen().spool, incoming: { count, oldest } };
  expect(codes(story().look(seen({ spool }), at(0)))).toEqual(expected);
});

test("messages that wait are told of only where they should move", () => {
  const ready = { modems: { SIM7600: { readyAt: UPTIME, ioErrors: [] } }, started: true, fatal: [] };
  const works = running(-3600, { log: ready });
  const waiting = (smsd: Observation["smsd"], count: number, minutes: number) => {
    const spool = { ...seen().spool, checked: { count, oldest: minutes * 60_000 } };
    return codes(story().look(seen({ smsd, spool }), at(0)));
  };
  expect(waiting(works, 1, 6)).toEqual(["outgoing-stuck"]);
  expect(waiting(works, 1, 5)).toEqual([]);
  expect(waiting(works, 100, 20)).toEqual([]);
  expect(waiting(works, 100, 22)).toEqual(["outgoing-stuck"]);
  expect(waiting(running(), 1, 60)).toEqual([]);
  expect(waiting(running(-3600, { log: ready, suspendedByOthers: ["SIM7600"] }), 1, 60)).not.toContain(
    "outgoing-stuck",
  );
  expect(waiting(down("failed", { log: ready }), 1, 60)).toEqual(["smsd-down"]);
});

test("a modem that somebody told smsd to leave alone is told of, and warned of when it looks forgotten", () => {
  const told = story(INVENTORY);
  const suspended = seen({ smsd: running(-3600, { suspendedByOthers: ["SIM7600"] }) });
  expect(told.look(suspended, at(0)).findings).toMatchObject([
    { code: "suspended-by-hand", level: "info", notify: false },
  ]);
  expect(told.look(suspended, at(599)).told).toEqual([]);
  expect(told.look(suspended, at(600)).told).toMatchObject([
    { code: "suspended-by-hand", level: "warning", notify: true },
  ]);
  const guard = { ...NO_DEMANDS, pinRefused: ["SIM7600"] };
  expect(codes(story(TWO).look(suspended, at(0), guard))).toEqual([]);
});
