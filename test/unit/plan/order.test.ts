import fc from "fast-check";
import { expect, test } from "vitest";
import type { Actual, ActualState } from "../../../core/model/actual.ts";
import { isEmptyPlan } from "../../../core/model/plan.ts";
import type { Consequence, Resource } from "../../../core/model/resource.ts";
import type { FileEntry } from "../../../core/ports.ts";
import { plainText, reveal } from "../../../core/secret.ts";
import { planSteps } from "../../../provision/apply/plan-steps.ts";
import type { Step } from "../../../provision/apply/steps.ts";
import { buildPlan } from "../../../provision/plan/build.ts";

/*
 * Whatever a host looks like: steps come in an order that can be carried out, nothing is told twice, what is there
 * is kept before it is written over, and a host that is as wanted gets no step at all.
 */

const ROOT = { owner: "root", group: "root" } as const;

const DESIRED: readonly Resource[] = [
  {
    kind: "package",
    id: "package:smstools",
    name: "smstools",
    provides: "/usr/sbin/smsd",
    install: true,
    consequences: [],
  },
  { kind: "user", id: "user:smsd", name: "smsd", group: "smsd", groups: ["dialout"], home: "/", consequences: [] },
  directory("/var/spool/sms"),
  directory("/var/spool/sms/incoming"),
  file("/etc/smsd.conf", "restart-smsd"),
  file("/etc/udev/rules.d/78-modemkeeper.rules", "reload-udev"),
  file("/etc/systemd/system/smstools.service", "reload-systemd"),
  file("/etc/systemd/system/modemkeeper.service", "restart-agent"),
  unit("smstools.service"),
  unit("modemkeeper.service", "/usr/local/bin/modemkeeper"),
  unit("modemkeeper-fallback.timer"),
];

function unit(name: string, program?: string): Resource {
  const base = { kind: "unit", id: `unit:${name}`, unit: name, enabled: true, active: true, consequences: [] } as const;
  return { ...base, ...(program === undefined ? {} : { program }) };
}

function directory(path: string): Resource {
  return { kind: "directory", id: `directory:${path}`, path, onDestroy: "ask", mode: 0o755, ...ROOT, consequences: [] };
}

function file(path: string, consequence: Consequence): Resource {
  const content = plainText(`${path}\n`);
  return {
    kind: "file",
    id: `file:${path}`,
    path,
    content,
    mode: 0o644,
    ...ROOT,
    template: "t",
    consequences: [consequence],
  };
}

function asWanted(resource: Resource): Actual {
  const attributes = { mode: 0, ...ROOT, modifiedAt: 0 };
  switch (resource.kind) {
    case "package":
      return { kind: "package", installed: true };
    case "user":
      return { kind: "user", groupExists: true, entry: { name: "smsd", group: "smsd", groups: ["dialout"] } };
    case "directory":
      return { kind: "directory", entry: { ...attributes, mode: resource.mode, kind: "directory" } };
    case "file": {
      const content = reveal(resource.content);
      return { kind: "file", shown: content, entry: { ...attributes, mode: resource.mode, kind: "file", content } };
    }
    case "unit":
      return { kind: "unit", state: unitState(true, true) };
  }
}

function unitState(enabled: boolean, active: boolean) {
  const state = active ? "active" : "inactive";
  return {
    load: "loaded",
    active: state,
    starting: false,
    enabled,
    fragment: "",
    mainPid: active ? 7 : 0,
    needsReload: false,
  };
}

const entry: fc.Arbitrary<FileEntry> = fc.oneof(
  fc.record({ content: fc.string(), mode: fc.constantFrom(0o644, 0o600) }).map(({ content, mode }) => {
    return { kind: "file" as const, content, mode, ...ROOT, modifiedAt: 0 };
  }),
  fc.constant({ kind: "link" as const, target: "/etc/passwd", mode: 0o777, ...ROOT, modifiedAt: 0 }),
  fc.constant({ kind: "directory" as const, mode: 0o700, ...ROOT, modifiedAt: 0 }),
);

function anything(resource: Resource): fc.Arbitrary<Actual> {
  const wanted = fc.constant(asWanted(resource));
  switch (resource.kind) {
    case "package":
      return fc.oneof(wanted, fc.constant({ kind: "package" as const, installed: false }));
    case "user":
      return fc.oneof(wanted, fc.constant({ kind: "user" as const, groupExists: false }));
    case "directory":
      return fc.oneof(
        wanted,
        fc.constant({ kind: "directory" as const }),
        entry.map((one) => ({ kind: "directory" as const, entry: one })),
      );
    case "file":
      return fc.oneof(
        wanted,
        fc.constant({ kind: "file" as const, shown: "" }),
        entry.map((one) => ({ kind: "file" as const, shown: "shown", entry: one })),
      );
    case "unit":
      return fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()).map(([enabled, active, lacks]) => ({
        kind: "unit" as const,
        state: unitState(enabled, active),
        ...(lacks && resource.program !== undefined ? { lacksProgram: true as const } : {}),
      }));
  }
}

const host: fc.Arbitrary<ActualState> = fc
  .record({
    resources: fc.tuple(...DESIRED.map(anything)),
    systemdRunning: fc.boolean(),
    udevRunning: fc.boolean(),
    straySmsd: fc.constantFrom<readonly number[]>([], [4711]),
  })
  .map(({ resources, ...rest }) => ({
    ...rest,
    resources: new Map(DESIRED.map((resource, index) => [resource.id, resources[index] as Actual])),
    attached: [],
    links: new Map(),
    originalsKept: new Set<string>(),
  }));

/** The order in which kinds of steps may follow one another. */
const PHASES: readonly Step["do"][][] = [
  ["keep-original", "keep-replaced"],
  ["mask-unit"],
  ["install-packages"],
  ["add-user", "add-to-group"],
  ["make-directory", "set-attributes", "write-file"],
  ["set-enabled"],
  ["reload-systemd"],
  ["reload-udev"],
  ["load-module", "apply-tmpfiles"],
  ["trigger-udev"],
  ["stop-strays"],
  ["control"],
];

function phaseOf(step: Step): number {
  return PHASES.findIndex((kinds) => kinds.includes(step.do));
}

function stepsFor(actual: ActualState): { steps: readonly Step[]; empty: boolean } {
  const plan = buildPlan({ desired: DESIRED, links: [], actual, notes: [], stoppedOnPurpose: false });
  return { steps: planSteps(plan, actual, 1), empty: isEmptyPlan(plan) };
}

test("steps come in an order that can be carried out, and each program is told at most once", () => {
  fc.assert(
    fc.property(host, (actual) => {
      const { steps } = stepsFor(actual);
      const phases = steps.map(phaseOf);
      expect(phases).not.toContain(-1);
      expect(phases).toEqual([...phases].sort((a, b) => a - b));
      for (const once of ["reload-systemd", "reload-udev", "install-packages", "stop-strays"]) {
        expect(steps.filter((step) => step.do === once).length).toBeLessThanOrEqual(1);
      }
      const controlled = steps.flatMap((step) => (step.do === "control" ? [step.unit] : []));
      expect(new Set(controlled).size).toBe(controlled.length);
      // The agent sees an smsd that is as it shall be.
      expect(controlled.indexOf("smstools.service")).toBeLessThanOrEqual(0);
    }),
    { numRuns: 500 },
  );
});

test("what is written over was kept before, and no program is told that does not run", () => {
  fc.assert(
    fc.property(host, (actual) => {
      const { steps } = stepsFor(actual);
      for (const [index, step] of steps.entries()) {
        if (step.do !== "write-file" && step.do !== "make-directory") continue;
        const kept = steps
          .slice(0, index)
          .some((one) => one.do === "keep-original" && one.id.endsWith(`:${step.path}`));
        expect(kept, step.path).toBe(true);
      }
      const told = steps.map((step) => step.do);
      if (!actual.systemdRunning) expect(told).not.toContain("control");
      if (!actual.udevRunning) expect(told).not.toContain("reload-udev");
    }),
    { numRuns: 500 },
  );
});

test("a unit whose program is not installed is not started", () => {
  fc.assert(
    fc.property(host, (actual) => {
      const { steps } = stepsFor(actual);
      for (const [id, state] of actual.resources) {
        if (state.kind !== "unit" || !state.lacksProgram || state.state.active === "active") continue;
        expect(steps).not.toContainEqual({ do: "control", verb: "start", unit: id.slice("unit:".length) });
      }
    }),
    { numRuns: 200 },
  );
});

test("a host that is as wanted gets no step", () => {
  const resources = new Map(DESIRED.map((resource) => [resource.id, asWanted(resource)]));
  const nothing = { attached: [], links: new Map(), straySmsd: [], originalsKept: new Set<string>() };
  const actual = { resources, systemdRunning: true, udevRunning: true, ...nothing };
  expect(stepsFor(actual)).toEqual({ steps: [], empty: true });
});
