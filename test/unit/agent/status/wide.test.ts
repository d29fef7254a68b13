import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { GatewayStatus, ModemStatus } from "../../../../agent/status/types.ts";
import { columnsOf } from "../../../../agent/views/columns.ts";
import { renderStatus } from "../../../../agent/views/status.ts";
import { painter } from "../../../../provision/views/paint.ts";

/*
 * Whatever the parts of a status are, valid as JSON or not likely ever to be seen: no line is wider than 80 columns, none
 * drives the terminal, and the JSON keeps to its schema.
 */

const SCHEMA = new URL("../../../../docs/reference/json/status-1.schema.json", import.meta.url);
const validate = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(SCHEMA, "utf8")));

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 120 }),
  fc.string({ unit: "binary", maxLength: 120 }),
  fc.constantFrom("\u001b[2J", "\u202e", "中".repeat(100), "x".repeat(300), ""),
);
const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,30}$/);
const time = fc
  .date({ min: new Date("1970-01-02"), max: new Date("2100-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const count = fc.nat();
const level = fc.constantFrom("info", "warning", "critical");
const queue = fc.record({ count, oldest: count });
const texts = fc.dictionary(fc.constantFrom("sim", "signal", "operator", "talked", "imei"), text);

const recovery = fc.record(
  {
    phase: fc.constantFrom("isolate", "act", "settle", "resume", "confirm"),
    rung: fc.constantFrom("usb-reset", "none"),
    cause: text,
    ladder: fc.array(fc.constantFrom("restart-smsd", "at-reset", "usb-reset", "usb-authorize")),
    begun: time,
    phaseBegun: time,
  },
  { requiredKeys: ["phase", "rung", "cause"] },
);
const lastRecovery = fc.record({ at: time, ok: fc.boolean(), rung: text, cause: text, how: text, took: count });

const modem: fc.Arbitrary<ModemStatus> = fc.record(
  {
    name,
    model: name,
    present: fc.boolean(),
    title: text,
    device: text,
    port: text,
    ports: fc.dictionary(name, name, { maxKeys: 16 }),
    composition: name,
    usb: text,
    since: time,
    talked: count,
    suspended: text,
    failedChecks: count,
    recovery,
    lastRecovery,
    nextRecovery: time,
    imei: text,
    imsi: text,
    firmware: text,
    sim: text,
    registration: fc.integer({ min: -1, max: 20 }),
    operator: text,
    signal: fc.integer({ min: 0, max: 99 }),
    dbm: fc.integer({ min: -113, max: -51 }),
    bars: fc.integer({ min: 0, max: 5 }),
    storage: fc.record({ used: count, total: count }),
    temperature: fc.integer(),
    lastReceived: time,
    lastSent: time,
    asked: time,
    nextAsk: time,
    unaskable: text,
    gaps: texts,
    unknown: texts,
  },
  { requiredKeys: ["name", "model", "present"] },
);

const receiver = fc.record(
  {
    name,
    type: name,
    waiting: count,
    oldest: count,
    delivered: count,
    lastDelivered: time,
    failing: fc.record({ since: time, detail: text }),
  },
  { requiredKeys: ["name", "type", "waiting", "oldest", "delivered"] },
);
const sinks = fc.array(receiver, { maxLength: 3 });
const incoming = fc.record({ waiting: count, deadLetters: count, duplicates: count, sinks });
const notices = fc.record({ waiting: count, sinks });

const finding = fc.record(
  {
    code: name,
    subject: fc.constantFrom("smsd", "host", "modem:SIM7600"),
    level,
    sentence: text,
    evidence: fc.array(text, { maxLength: 3 }),
    fix: text,
    notify: fc.boolean(),
    since: count,
  },
  { requiredKeys: ["code", "subject", "level", "sentence", "evidence", "notify", "since"] },
);

const smsd = fc.record(
  { running: fc.boolean(), unit: name, pids: fc.array(count), strays: fc.array(count), since: time },
  { requiredKeys: ["running", "unit", "pids", "strays"] },
);
const flag = fc.record(
  {
    path: text,
    owner: text,
    written: time,
    inForce: fc.boolean(),
    sentence: text,
    until: time,
    by: text,
    reason: text,
  },
  { requiredKeys: ["path", "owner", "written", "inForce", "sentence"] },
);

const status = fc.record(
  {
    at: time,
    verdict: fc.record(
      { level: fc.oneof(level, fc.constant("ok")), code: name, sentence: text, since: time, doing: text },
      { requiredKeys: ["level", "sentence"] },
    ),
    agent: fc.record(
      { running: fc.boolean(), unit: name, pid: count, version: text, looked: time },
      { requiredKeys: ["running", "unit"] },
    ),
    smsd,
    flag,
    queues: fc.record(
      { incoming: queue, outgoing: queue, checked: queue, failed: queue },
      { requiredKeys: ["incoming", "outgoing", "checked"] },
    ),
    deliveries: fc.record({ incoming, notices }, { requiredKeys: [] }),
    lastReceived: time,
    lastSent: time,
    modems: fc.array(modem, { maxLength: 3 }),
    findings: fc.array(finding, { maxLength: 3 }),
    configuration: fc.record({
      state: fc.constantFrom("converged", "differs", "invalid", "unknown"),
      details: fc.array(text, { maxLength: 3 }),
    }),
    disk: fc.record({ path: text, bytes: count, files: count }, { requiredKeys: ["path", "bytes"] }),
  },
  { requiredKeys: ["at", "verdict", "agent", "smsd", "modems", "findings"] },
) as fc.Arbitrary<GatewayStatus>;

test("any status fits 80 columns and holds nothing that drives a terminal", () => {
  fc.assert(
    fc.property(status, fc.boolean(), (value, verbose) => {
      const shown = renderStatus(value, { paint: painter(false), verbose });
      for (const line of shown.split("\n")) {
        expect(columnsOf(line), line).toBeLessThanOrEqual(80);
        expect(line).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }
      expect(shown).toMatch(/^(OK|WARNING|CRITICAL):/);
    }),
    { numRuns: 300 },
  );
});

test("any status is within the published schema", () => {
  fc.assert(
    fc.property(status, (value) => {
      const isValid = validate({ format: "modemkeeper.status/1", ...value });
      expect(isValid, JSON.stringify(validate.errors)).toBe(true);
    }),
    { numRuns: 200 },
  );
});
