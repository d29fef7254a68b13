import { expect, test } from "vitest";
import type { SmsdDemands } from "../../../../agent/decide/types.ts";
import type { AgentStep } from "../../../../agent/model/step.ts";
import { sampleInventory, sampleModem } from "../../../helpers/sample-inventory.ts";
import { at, codes, down, ended, NO_DEMANDS, running, seen, steps, story, UPTIME } from "./story.ts";

const MIB = 1024 * 1024;
const TWO = sampleInventory({ modems: [sampleModem({ name: "A" }), sampleModem({ name: "B" })] });
const FILE = "/var/spool/sms/checked/api_x1";
const RESTART = { modem: "SIM7600", code: "process-ended", sentence: "Its process has ended." };

function disk(mebibytes: number, files = 100_000) {
  return { path: "/var/spool/sms", bytes: mebibytes * MIB, files };
}

test("smsd is never started while every modem's PIN was refused, and is when one has another", () => {
  const refused: SmsdDemands = { ...NO_DEMANDS, pinRefused: ["A", "B"], restart: RESTART };
  const look = story(TWO).look(seen({ smsd: down() }), at(0), refused);
  expect(look.steps).toEqual([]);
  expect(look.findings).toMatchObject([{ code: "pin-refused", level: "critical", notify: true }]);
  expect(story(TWO).look(seen(), at(0), refused).steps).toEqual([]);
  const some = { ...NO_DEMANDS, pinRefused: ["B"] };
  expect(steps(story(TWO).look(seen({ smsd: down() }), at(0), some))).toEqual(["start-smsd"]);
});

test("a full disk: modems are suspended, nothing starts smsd, and it ends only with room to spare", () => {
  const told = story();
  expect(told.look(seen({ disk: disk(33) }), at(0)).findings).toEqual([]);
  const full = told.look(seen({ disk: disk(31) }), at(1));
  expect(full.steps).toMatchObject([{ subject: "smsd", step: { do: "suspend", modems: { ALL: "the disk is full" } } }]);
  expect(full.findings).toMatchObject([{ code: "disk-full", subject: "host", level: "critical" }]);
  const suspended = { suspended: { ALL: "the disk is full" } };
  const waiting = told.look(seen({ disk: disk(47), smsd: running(-3600, suspended) }), at(2), {
    ...NO_DEMANDS,
    restart: RESTART,
  });
  expect([waiting.steps, codes(waiting)]).toEqual([[], ["disk-full"]]);
  expect(told.look(seen({ disk: disk(40), smsd: down() }), at(3)).steps).toEqual([]);
  const over = told.look(seen({ disk: disk(48, 300), smsd: running(-3600, suspended) }), at(4));
  expect(over.steps).toMatchObject([{ step: { do: "suspend", modems: {} } }]);
  expect(over.findings).toEqual([]);
});

test("room for files counts as well as room for bytes", () => {
  expect(codes(story().look(seen({ disk: disk(1000, 199) }), at(0)))).toEqual(["disk-full"]);
  expect(codes(story().look(seen({ disk: disk(1000, 200) }), at(0)))).toEqual([]);
});

test("the suspend file is made to hold what modems need, once, and not while smsd is down", () => {
  const wants = { ...NO_DEMANDS, suspend: { B: "not plugged in" } };
  const told = story(TWO);
  expect(told.look(seen(), at(0), wants).steps).toMatchObject([
    { subject: "smsd", step: { do: "suspend", modems: { B: "not plugged in" } } },
  ]);
  const there = seen({ smsd: running(-3600, { suspended: { B: "not plugged in" } }) });
  expect(told.look(there, at(1), wants).steps).toEqual([]);
  expect(steps(told.look(there, at(2)))).toEqual(["suspend"]);
  expect(steps(story(TWO).look(seen({ smsd: down() }), at(0), wants))).toEqual(["start-smsd"]);
});

test("suspending that has no effect is tried again after a growing pause", () => {
  const wants = { ...NO_DEMANDS, suspend: { B: "not plugged in" } };
  const told = story(TWO);
  const suspend: AgentStep = { do: "suspend", modems: wants.suspend };
  told.look(seen(), at(0), wants);
  const look = told.look(seen({ outcomes: [ended(suspend, 1)] }), at(1), wants);
  expect([look.steps, look.wakeAt]).toEqual([[], UPTIME + 2000]);
  expect(steps(told.look(seen(), at(2), wants))).toEqual(["suspend"]);
  const again = told.look(seen({ outcomes: [ended(suspend, 3)] }), at(3), wants);
  expect(again.findings).toMatchObject([{ code: "action-fails", evidence: ["suspend: it had no effect"] }]);
  expect(again.wakeAt).toBe(UPTIME + 5000);
  const effect = seen({ smsd: running(-3600, { suspended: wants.suspend }), outcomes: [ended(suspend, 5)] });
  expect(told.look(effect, at(5), wants).findings).toEqual([]);
});

test("what failed and is no longer wanted is forgotten", () => {
  const wants = { ...NO_DEMANDS, suspend: { B: "not plugged in" } };
  const told = story(TWO);
  const failed = (second: number) =>
    ended({ do: "suspend", modems: wants.suspend }, second, { ok: false, detail: "no" });
  told.look(seen({ outcomes: [failed(1)] }), at(1), wants);
  expect(codes(told.look(seen({ outcomes: [failed(3)] }), at(3), wants))).toEqual(["action-fails"]);
  expect(codes(told.look(seen(), at(60)))).toEqual(["action-fails"]);
  const later = told.look(seen(), at(126));
  expect([later.findings, later.smsd.pauses]).toEqual([[], undefined]);
});

test("a message that smsd sent but could not move is set aside before any start", () => {
  const told = story();
  const log = { started: true, modems: {}, fatal: [], unmovable: FILE };
  const stuck = seen({ smsd: down("inactive", { log }) });
  const aside = told.look(stuck, at(0));
  const step: AgentStep = {
    do: "set-aside",
    file: FILE,
    folder: "/var/spool/modemkeeper/set-aside",
    why: expect.stringContaining("sent this message"),
  };
  expect(aside.steps).toMatchObject([{ subject: "smsd", step, reason: { code: "message-unmovable" } }]);
  const issued = aside.steps[0]?.step;
  if (!issued) throw new Error("no step");
  const failed = told.look({ ...stuck, outcomes: [ended(issued, 1, { ok: false, detail: "no room" })] }, at(1));
  expect(failed.steps).toEqual([]);
  expect(failed.findings).toContainEqual(expect.objectContaining({ code: "message-unmovable", level: "critical" }));
  expect(steps(told.look(stuck, at(2)))).toEqual(["set-aside"]);
  const done = told.look({ ...stuck, outcomes: [ended(issued, 3)] }, at(3));
  expect(steps(done)).toEqual(["start-smsd"]);
  expect(done.told).toContainEqual(
    expect.objectContaining({ code: "message-set-aside", level: "warning", notify: true }),
  );
  // The log still says so until smsd starts; the same message is not set aside twice.
  expect(steps(told.look(stuck, at(4)))).toEqual(["start-smsd"]);
});

test.each([
  "/etc/passwd",
  "/var/spool/sms/checked/",
  "/var/spool/sms/checked/..",
  "/var/spool/sms/checked/../../../../etc/shadow",
  "/var/spool/sms/checked/a\nb",
  "checked/x",
])("a path that is no plain name in smsd's queue is not touched: %j", (unmovable) => {
  const log = { started: true, modems: {}, fatal: [], unmovable };
  expect(steps(story().look(seen({ smsd: down("inactive", { log }) }), at(0)))).toEqual(["start-smsd"]);
});

test("neither name nor number of a message is told", () => {
  const log = {
    started: true,
    modems: {},
    fatal: ["Fatal error: Cannot move /x/4915112345678"],
    unmovable: `${FILE}4915112345678`,
  };
  const look = story().look(seen({ smsd: down("inactive", { log }) }), at(0));
  expect(JSON.stringify([look.findings, look.told, look.steps[0]?.reason])).not.toContain("4915112345678");
});
