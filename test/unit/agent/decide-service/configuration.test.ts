import { expect, test } from "vitest";
import { NEW_MODEM } from "../../../../agent/model/memory.ts";
import type { ConfigurationObservation } from "../../../../agent/model/observation.ts";
import type { AgentStep } from "../../../../agent/model/step.ts";
import { at, codes, down, ended, flag, NO_DEMANDS, seen, steps, story, UPTIME, WALL } from "./story.ts";

const MESSAGE = "/var/spool/sms/checked/x";
const ASIDE: AgentStep = { do: "set-aside", file: MESSAGE, folder: "/y", why: "" };
const STUCK = {
  smsd: down("inactive", { log: { started: true, modems: {}, fatal: [], unmovable: MESSAGE } }),
  outcomes: [ended(ASIDE, 10, { ok: false, detail: "no room" })],
};
const APPLY: AgentStep = { do: "apply-inventory", cause: "" };

function configuration(change: Partial<ConfigurationObservation> = {}) {
  return {
    configuration: {
      state: "differs",
      digest: "d2",
      details: ["file:/etc/smsd.conf"],
      restartsSmsd: true,
      pins: {},
      ...change,
    },
  } as const;
}

function applied(seconds: number, ok = true) {
  return ended(APPLY, seconds, { subject: "host", ok, detail: ok ? "3 changes" : "the disk is full" });
}

function modemSince(seconds: number) {
  const attached = { sysName: "1-2", deviceNumber: 4, since: UPTIME + seconds * 1000, restarted: false };
  return { SIM7600: { ...NEW_MODEM, attached } };
}

/** The host was as the inventory said. */
function converged() {
  const told = story();
  told.look(seen(), at(0));
  return told;
}

test("an edited inventory is applied once", () => {
  const told = converged();
  const edited = told.look(seen(configuration()), at(10));
  expect(edited.steps).toMatchObject([
    { subject: "host", step: { do: "apply-inventory" }, reason: { code: "inventory-edited" } },
  ]);
  const during = told.look(seen({ ...configuration(), running: [{ subject: "host", since: UPTIME }] }), at(11));
  expect([during.steps, during.findings]).toEqual([[], []]);
  const over = told.look(seen({ outcomes: [applied(20)], ...configuration({ state: "converged" }) }), at(20));
  expect([over.steps, over.findings]).toEqual([[], []]);
  expect(over.told).toMatchObject([{ code: "inventory-applied", subject: "host" }]);
});

test("one that cannot be applied is not tried again until it is edited again", () => {
  const told = converged();
  told.look(seen(configuration()), at(10));
  const failed = told.look(seen({ ...configuration(), outcomes: [applied(20, false)] }), at(20));
  expect(failed.steps).toEqual([]);
  expect(failed.findings).toMatchObject([
    { code: "inventory-not-applied", level: "critical", evidence: ["the disk is full"] },
  ]);
  const later = told.look(seen(configuration()), at(4000));
  expect([later.steps, later.told]).toEqual([[], []]);
  expect(later.findings).toMatchObject([{ evidence: ["the disk is full"] }]);
  expect(steps(told.look(seen(configuration({ digest: "d3" })), at(4001)))).toEqual(["apply-inventory"]);
});

test("an application that was cut off is done again, three times at most", () => {
  const told = converged();
  const tries = [10, 20, 30, 40, 50].map((second) => steps(told.look(seen(configuration()), at(second))));
  expect(tries).toEqual([["apply-inventory"], ["apply-inventory"], ["apply-inventory"], [], []]);
  expect(codes(told.look(seen(configuration()), at(60)))).toEqual(["inventory-not-applied"]);
});

test("a bad inventory is refused with its problems", () => {
  const bad = configuration({ state: "invalid", details: ["inventory.yaml:12:7 no such model"] });
  const look = converged().look(seen(bad), at(10));
  expect(look.steps).toEqual([]);
  expect(look.findings).toMatchObject([
    { code: "inventory-invalid", level: "warning", notify: true, evidence: ["inventory.yaml:12:7 no such model"] },
  ]);
});

test("what was changed by hand is reported, and undone when a modem comes back, once", () => {
  const told = converged();
  told.modems(modemSince(-100));
  const byHand = seen(configuration({ digest: "d1" }));
  const look = told.look(byHand, at(10));
  expect(look.steps).toEqual([]);
  expect(look.findings).toMatchObject([
    {
      code: "configuration-differs",
      level: "warning",
      evidence: ["file:/etc/smsd.conf"],
      fix: expect.stringContaining("provision plan"),
    },
  ]);
  told.modems(modemSince(20));
  expect(told.look(byHand, at(21)).steps).toMatchObject([{ reason: { code: "modem-returned" } }]);
  told.look({ ...byHand, outcomes: [applied(25)] }, at(25));
  expect(told.look(byHand, at(26)).steps).toEqual([]);
});

test("a modem that came back before the change by hand undoes nothing", () => {
  const told = converged();
  told.modems(modemSince(20));
  told.look(seen(), at(21));
  expect(told.look(seen(configuration({ digest: "d1" })), at(3600)).steps).toEqual([]);
});

test.each([
  ["a manual stop", { smsd: down("inactive"), flag: flag(5) }, NO_DEMANDS],
  ["a full disk", { disk: { path: "/", bytes: 1000, files: 1000 } }, NO_DEMANDS],
  ["a person's command", { operator: { pid: 9, process: "provision", user: "root", since: WALL } }, NO_DEMANDS],
  ["a step on smsd", { running: [{ subject: "smsd" as const, since: UPTIME }] }, NO_DEMANDS],
  ["a recovery that holds smsd", {}, { ...NO_DEMANDS, hold: { modem: "SIM7600", sentence: "It is restarted." } }],
  ["a message that would be sent again", STUCK, NO_DEMANDS],
  ["refused PINs, if smsd would be restarted", {}, { ...NO_DEMANDS, pinRefused: ["SIM7600"] }],
])("%s keeps an edited inventory waiting; it is applied after it", (_what, change, demands) => {
  const told = converged();
  const waiting = told.look(seen({ ...configuration(), ...change }), at(10), demands);
  expect(steps(waiting)).not.toContain("apply-inventory");
  const passing = "operator" in change || "running" in change;
  expect(codes(waiting).includes("inventory-waits")).toBe(!passing);
  const after = [told.look(seen(configuration()), at(100)), told.look(seen(configuration()), at(101))];
  expect(after.flatMap(steps)).toContain("apply-inventory");
});

test("what does not restart smsd is applied though every PIN was refused", () => {
  const mild = seen({ ...configuration({ restartsSmsd: false }), smsd: down("inactive") });
  expect(steps(converged().look(mild, at(10), { ...NO_DEMANDS, pinRefused: ["SIM7600"] }))).toEqual([
    "apply-inventory",
  ]);
});

test("an edited inventory on which no file depends is told of, once", () => {
  const told = converged();
  const edited = seen(configuration({ state: "converged", digest: "d3", restartsSmsd: false, details: [] }));
  const look = told.look(edited, at(10));
  expect(look.steps).toEqual([]);
  expect(look.told.map(({ code }) => code)).toEqual(["inventory-taken"]);
  expect(told.look(edited, at(20)).told).toEqual([]);
});
