import fc from "fast-check";
import { expect, test } from "vitest";
import { decideService } from "../../../../agent/decide/service.ts";
import type { SmsdDemands } from "../../../../agent/decide/types.ts";
import { emptyMemory } from "../../../../agent/model/memory.ts";
import type { Observation } from "../../../../agent/model/observation.ts";
import type { AgentStep, Outcome } from "../../../../agent/model/step.ts";
import { judgeStopFlag } from "../../../../core/manual-stop.ts";
import { sampleInventory, sampleModem } from "../../../helpers/sample-inventory.ts";
import { at, type Look, running, seen, steps, story, UPTIME, WALL } from "./story.ts";

const INVENTORY = sampleInventory({ modems: [sampleModem({ name: "A" }), sampleModem({ name: "B" })] });
const STARTS = ["start-smsd", "restart-smsd", "adopt-smsd"];

/** Times in seconds from the beginning; now and then something that no clock says. */
const time = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -90_000, max: 90_000 }).map((seconds) => WALL + seconds * 1000) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1e17, 1e17, 1.5, Number.MAX_SAFE_INTEGER) },
);
/** Of a process that ends while it is looked at, the start may be no number. */
const start = fc.oneof({ weight: 9, arbitrary: time }, { weight: 1, arbitrary: fc.constant(Number.NaN) });
const process_ = fc.record({ pid: fc.integer({ min: 1, max: 9 }), startedAt: start });
const holder = fc.record({
  pid: fc.integer({ min: 1, max: 9 }),
  process: fc.string(),
  user: fc.string(),
  since: start,
});
const suspensions = fc.dictionary(fc.constantFrom("A", "B", "ALL", "__proto__", "toString"), fc.string(), {
  maxKeys: 3,
});
const queue = fc.record({ count: fc.nat(200), oldest: fc.nat(10_000_000) });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const flag = fc.record({
  kind: fc.constantFrom("file", "file", "file", "directory", "link", "other"),
  owner: fc.constantFrom("root", "root", "nobody", ""),
  modifiedAt: time,
  content: fc.oneof(
    fc.constant(""),
    fc.string(),
    time.map((when) => `expire:${Math.floor(when / 1000)}\n`),
  ),
});

const step: fc.Arbitrary<AgentStep> = fc.oneof(
  fc.constantFrom<AgentStep>(
    { do: "start-smsd" },
    { do: "stop-smsd", grace: 10_000 },
    { do: "restart-smsd", grace: 10_000 },
    { do: "adopt-smsd", pids: [1] },
    { do: "clear-flag", path: "/tmp/smsd_manual_stop" },
    { do: "apply-inventory", cause: "" },
    { do: "set-aside", file: "/var/spool/sms/checked/x", folder: "/y", why: "" },
    { do: "usb-reset", modem: "A", device: "1-2" },
  ),
  suspensions.map((modems): AgentStep => ({ do: "suspend", modems })),
);

const outcome: fc.Arbitrary<Outcome> = fc.record({
  subject: fc.constantFrom("smsd", "host", "modem:A"),
  step,
  startedAt: fc.constant(UPTIME),
  finishedAt: fc.integer({ min: UPTIME, max: UPTIME + 10_000_000 }),
  ok: fc.boolean(),
  detail: fc.string(),
});

/** JSON has no undefined: what is absent is absent. */
function present<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}

const observation: fc.Arbitrary<Observation> = fc
  .record({
    smsd: fc.record({
      unit: fc.constantFrom("active", "inactive", "failed", "activating", "deactivating", ""),
      processes: fc.array(process_, { maxLength: 2 }),
      strays: fc.oneof(
        { weight: 5, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(process_, { maxLength: 2 }) },
      ),
      log: fc
        .record({
          started: fc.boolean(),
          modems: fc.constant({}),
          fatal: fc.array(fc.string(), { maxLength: 2 }),
          unmovable: maybe(
            fc.oneof(
              fc.string(),
              fc.constantFrom("x", "y", "..", "a/b", "").map((name) => `/var/spool/sms/checked/${name}`),
            ),
          ),
        })
        .map(present),
      suspended: suspensions,
      suspendedByOthers: fc.array(fc.constantFrom("A", "ALL"), { maxLength: 1 }),
      inFlight: fc.constant({}),
    }),
    flag: maybe(flag),
    spool: fc.record({ incoming: queue, outgoing: queue, checked: queue }),
    disk: fc.record({
      path: fc.constant("/"),
      bytes: fc.oneof(fc.nat(64 * 1024 * 1024), fc.constant(Number.POSITIVE_INFINITY)),
      files: fc.oneof(fc.nat(400), fc.constant(Number.POSITIVE_INFINITY)),
    }),
    lockHolder: maybe(holder),
    operator: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: holder }),
    rivals: fc.array(fc.string(), { maxLength: 1 }),
    configuration: fc.record({
      state: fc.constantFrom("converged", "differs", "invalid", "unknown"),
      digest: fc.constantFrom("d1", "d2"),
      details: fc.array(fc.string(), { maxLength: 1 }),
      restartsSmsd: fc.boolean(),
      pins: fc.constant({}),
    }),
    running: fc.uniqueArray(
      fc.record({ subject: fc.constantFrom("smsd", "host", "modem:A"), since: fc.constant(UPTIME) }),
      { selector: ({ subject }) => subject, maxLength: 2 },
    ),
    outcomes: fc.array(outcome, { maxLength: 2 }),
  })
  .map((change) => ({ ...seen(), ...present(change) }) as Observation);

const demand = fc.record({ modem: fc.constant("A"), code: fc.constant("c"), sentence: fc.string() });
const demands: fc.Arbitrary<SmsdDemands> = fc
  .record({ hold: maybe(demand), restart: maybe(demand), suspend: suspensions, pinRefused: fc.subarray(["A", "B"]) })
  .map(present) as fc.Arbitrary<SmsdDemands>;

const look = fc.record({
  seen: observation,
  demands,
  after: fc.oneof(fc.nat(2_000), fc.nat(120_000), fc.nat(20_000_000)),
  jump: fc.oneof(
    { weight: 8, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: -90_000, max: 90_000 }) },
  ),
});

/** Any history of looks. `check` is given each decision with what it was made from. */
function everyLook(
  check: (decided: Look, what: { seen: Observation; demands: SmsdDemands; now: ReturnType<typeof at> }) => void,
) {
  fc.assert(
    fc.property(fc.array(look, { minLength: 1, maxLength: 8 }), (looks) => {
      const told = story(INVENTORY);
      let milliseconds = 0;
      let jump = 0;
      for (const one of looks) {
        milliseconds += one.after;
        jump += one.jump;
        const now = at(milliseconds / 1000, jump);
        check(told.look(one.seen, now, one.demands), { ...one, now });
      }
    }),
    { numRuns: 300 },
  );
}

test("whatever is seen: no crash, one step a subject at most, none beside another, and the next look is ahead", () => {
  everyLook((decided, { seen: what, now }) => {
    const subjects = decided.steps.map(({ subject }) => subject);
    expect(new Set(subjects).size).toBe(subjects.length);
    for (const { subject } of what.running) expect(subjects).not.toContain(subject);
    if (what.operator) expect(subjects).toEqual([]);
    expect(decided.wakeAt).toBeGreaterThan(now.monotonic);
    expect(decided.wakeAt).toBeLessThanOrEqual(now.monotonic + 30_000);
  });
});

test("everything that is told or done has a code and a sentence", () => {
  everyLook((decided) => {
    for (const { code, sentence } of [
      ...decided.told,
      ...decided.findings,
      ...decided.steps.map(({ reason }) => reason),
    ]) {
      expect(code).toMatch(/^[a-z]+(-[a-z]+)*$|^c$/);
      expect(typeof sentence).toBe("string");
    }
  });
});

test("the memory is plain JSON: nothing is lost on the disk", () => {
  everyLook(({ smsd, flag: remembered, configuration, host }) => {
    const memory = { smsd, configuration, host, ...(remembered ? { flag: remembered } : {}) };
    expect(JSON.parse(JSON.stringify(memory))).toEqual(memory);
  });
});

test("nothing starts smsd under refused PINs, on a full disk, or over a message that it would send again", () => {
  everyLook((decided, { seen: what, demands: wants }) => {
    if (!steps(decided).some((kind) => STARTS.includes(kind))) return;
    expect(wants.pinRefused).not.toHaveLength(2);
    expect(what.disk.bytes).toBeGreaterThanOrEqual(32 * 1024 * 1024);
    expect(what.disk.files).toBeGreaterThanOrEqual(200);
    const { unmovable } = what.smsd.log;
    const [, name] = unmovable?.split("/var/spool/sms/checked/") ?? [];
    if (name !== undefined && /^[a-z]+$/.test(name)) expect(decided.smsd.setAside).toBe(unmovable);
  });
});

test("as long as nobody sets the clock, nothing starts smsd under a flag that the clock says is in force", () => {
  fc.assert(
    fc.property(fc.array(look, { minLength: 1, maxLength: 8 }), (looks) => {
      const told = story(INVENTORY);
      let milliseconds = 0;
      for (const one of looks) {
        milliseconds += one.after;
        const now = at(milliseconds / 1000);
        const decided = told.look(one.seen, now, one.demands);
        const started = steps(decided).filter((kind) => STARTS.includes(kind));
        const { flag: stop, smsd } = one.seen;
        // Over a flag older than the smsd that runs, smsd is restarted only when the flag could not be cleared.
        if (started.length === 0 || !stop || smsd.processes.length + smsd.strays.length > 0) continue;
        // One seen for its whole limit is over, even if its time is put ahead again and again.
        if (decided.flag && now.monotonic - decided.flag.firstSeen >= 1_800_000) continue;
        expect(judgeStopFlag(stop, INVENTORY.manualStop, now.wall)).toMatchObject({ inForce: false });
      }
    }),
    { numRuns: 300 },
  );
});

test("the same input gives the same decision, and leaves its input as it was", () => {
  fc.assert(
    fc.property(observation, demands, (what, wants) => {
      const input = { inventory: INVENTORY, seen: what, memory: emptyMemory("boot-1"), now: at(0) };
      const before = JSON.stringify(input);
      expect(decideService(input, wants)).toEqual(decideService(input, wants));
      expect(JSON.stringify(input)).toBe(before);
    }),
  );
});

test("a host on which all is well is left alone, and the memory does not change", () => {
  const told = story(INVENTORY);
  const first = told.look(seen({ smsd: running(-7200) }), at(0));
  for (const seconds of [0.5, 30, 3600, 360_000]) {
    const quiet = told.look(seen({ smsd: running(-7200) }), at(seconds));
    expect([quiet.steps, quiet.findings, quiet.told]).toEqual([[], [], []]);
    expect(quiet.memory).toEqual(first.memory);
    expect(quiet.wakeAt).toBe(UPTIME + seconds * 1000 + 30_000);
  }
});
