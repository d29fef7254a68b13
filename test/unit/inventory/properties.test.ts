import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { programFiles } from "../../../host/program-files.ts";
import { loadInventory } from "../../../provision/inventory/load.ts";
import { type SmsdSection, settingsOf } from "../../../provision/inventory/smsd-settings.ts";
import { normaliseSettings } from "../../../provision/inventory/smsd-values.ts";
import { loadCatalogue } from "../../../provision/models/catalogue.ts";

const catalogue = await loadCatalogue(await programFiles());

function load(text: string) {
  return loadInventory({ file: "inventory.yaml", text, catalogue });
}

/** Texts with a taste for what breaks lines, quotes, shells and rules. */
const nasty = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc
    .array(
      fc.constantFrom(
        "a",
        "1",
        " ",
        "\n",
        "\r",
        "\0",
        '"',
        "'",
        "\\",
        "?",
        "#",
        "%",
        "$",
        "`",
        "..",
        "/",
        "é",
        "\u2028",
        "{{",
        "=",
      ),
      {
        maxLength: 8,
      },
    )
    .map((parts) => parts.join("")),
);

test("no text makes it throw, and every diagnostic is complete", () => {
  const yamlish = fc.array(
    fc.constantFrom(
      "version: 1",
      "modems:",
      "\n",
      "  ",
      "- ",
      "name: a",
      "model: SIM7600",
      ": ",
      "&a ",
      "*a",
      "{",
      "}",
      "[",
      "]",
      "\t",
      '"',
      "---\n",
      "? ",
      "| ",
      "!!map ",
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        nasty,
        yamlish.map((parts) => parts.join("")),
      ),
      (text) => {
        const { inventory, diagnostics } = load(text);
        expect(inventory === undefined).toBe(diagnostics.some(({ severity }) => severity === "error"));
        for (const { what, why, fix, range } of diagnostics) {
          expect(what && why && fix).toBeTruthy();
          expect(range?.line).toBeGreaterThanOrEqual(1);
          expect(range?.column).toBeGreaterThanOrEqual(1);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("no value in place of any other makes it throw", () => {
  const sections = [
    "version",
    "host",
    "modems",
    "models",
    "smsd",
    "manual_stop",
    "watchdog",
    "incoming",
    "notify",
    "http",
    "access_lock",
    "compat",
  ];
  const keys = fc.constantFrom(
    ...sections,
    "name",
    "model",
    "smsd",
    "extra",
    "settings",
    "spool",
    "sinks",
    "type",
    "match",
    "__proto__",
    "constructor",
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      nasty,
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(keys, tie("value"), { maxKeys: 5 }),
    ),
  }));
  const root = fc.dictionary(fc.constantFrom(...sections), value, { maxKeys: 8 });
  const plausible = fc.record({ version: fc.constant(1), modems: fc.constant([{ name: "a", model: "SIM7600" }]) });
  fc.assert(
    fc.property(root, plausible, (part, base) => {
      const { inventory, diagnostics } = load(JSON.stringify({ ...base, ...part }));
      expect(inventory === undefined).toBe(diagnostics.some(({ severity }) => severity === "error"));
    }),
    { numRuns: 400 },
  );
});

/** Mostly `usual`, so that some inventories are accepted and what they hold can be looked at. */
function rarelyNasty(...usual: readonly string[]) {
  return fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: nasty });
}

/** Everything of an inventory that reaches a file of another program. */
const hostile = fc.record({
  version: fc.constant(1),
  modems: fc.tuple(
    fc.record({
      name: rarelyNasty("SIM7600", "a.b", "x-1"),
      model: fc.constantFrom("SIM7600", "EC25", "X"),
      match: fc.record({ port: rarelyNasty("platform-xhci-usb-0:1", "pci-0000:00:14.0-usb-0:1.2") }),
      smsd: fc.record({
        init: rarelyNasty("ATE0", "AT+CNMI=2,1"),
        description: rarelyNasty("a = b", "# no comment", "%n 'x' \"y\" $z"),
        eventhandler: rarelyNasty("/usr/local/bin/handler"),
        extra: fc.dictionary(rarelyNasty("unheard_of", "another"), rarelyNasty("x"), { maxKeys: 2 }),
      }),
    }),
  ),
  models: fc.tuple(
    fc.record({
      name: fc.constant("X"),
      title: rarelyNasty("Example", "'; \" {{x}} %n"),
      source: fc.constant("test"),
      at: fc.constant({ reset: "AT+CFUN=1,1", firmware: { command: "AT+CGMR", pattern: "(\\d+)" } }),
      compositions: fc.constant([
        { name: "a", usb: "abcd:0042", interfaces: { 0: "ff" }, roles: { AT: 0 }, source: "x" },
      ]),
    }),
  ),
  smsd: fc.record({
    settings: fc.record({ datetime_format: rarelyNasty("%Y-%m-%d") }),
    extra: fc.dictionary(rarelyNasty("unheard_of"), rarelyNasty("x"), { maxKeys: 1 }),
    logfile: rarelyNasty("/var/log/smsd.log"),
    spool: fc.record({ base: rarelyNasty("/srv/sms") }),
  }),
});

test("an accepted inventory holds nothing that smsd.conf or a udev rule cannot carry", () => {
  let accepted = 0;
  fc.assert(
    fc.property(hostile, (written) => {
      const { inventory } = load(stringify(written));
      if (inventory === undefined) return;
      accepted += 1;
      const settings = [inventory.smsd.settings, ...inventory.modems.map(({ smsd }) => smsd)];
      for (const [name, value] of settings.flatMap((one) => Object.entries(one))) {
        expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_]*$/);
        for (const text of [value].flat().map(String)) {
          expect(text).toMatch(/^[^?\s\p{Cc}][^\p{Cc}\u2028\u2029]*$/u);
          expect(text).toBe(text.trim());
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1000);
        }
      }
      for (const { name, match, model } of inventory.modems) {
        expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,30}$/);
        expect(match.port ?? "a").toMatch(/^[A-Za-z0-9._:-]+$/);
        expect(model.title).toMatch(/^[^\p{Cc}\u2028\u2029]+$/u);
      }
      for (const path of [inventory.smsd.logfile, ...Object.values(inventory.smsd.spool)]) {
        expect(path).toMatch(/^\/[A-Za-z0-9._@:+/-]+$/);
        expect(path.split("/")).not.toContain("..");
      }
    }),
    { numRuns: 600 },
  );
  expect(accepted).toBeGreaterThan(50);
});

test("settings that were made uniform stay as they are", () => {
  const value = fc.oneof(
    fc.boolean(),
    fc.integer(),
    fc.constantFrom("yes", "no", "high", "30s", "10m", "forever", "text"),
  );
  const section = fc.constantFrom<SmsdSection>("global", "modem");
  fc.assert(
    fc.property(section, fc.infiniteStream(value), (where, values) => {
      const written = Object.fromEntries([...settingsOf(where).keys()].map((name) => [name, values.next().value ?? 0]));
      const once = normaliseSettings(where, written);
      expect(normaliseSettings(where, once)).toEqual(once);
    }),
    { numRuns: 50 },
  );
});
