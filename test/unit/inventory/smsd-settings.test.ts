import { describe, expect, test } from "vitest";
import { ownedSettings } from "../../../provision/inventory/smsd-owned.ts";
import { SMSD_SETTINGS, settingsOf, smsdDefaults } from "../../../provision/inventory/smsd-settings.ts";

describe("the table of smsd's settings", () => {
  test("names each setting once in each section, in smsd's own spelling", () => {
    const seen = SMSD_SETTINGS.flatMap(({ name, scope }) =>
      scope === "both" ? [`global ${name}`, `modem ${name}`] : [`${scope} ${name}`],
    );
    expect(new Set(seen).size).toBe(seen.length);
    for (const { name } of SMSD_SETTINGS) expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
  });

  test.each(["global", "modem"] as const)("has nothing in %s that something else decides", (section) => {
    const both = [...ownedSettings(section).keys()].filter((name) => settingsOf(section).has(name));
    expect(both).toEqual([]);
  });

  test("gives a reason for each, as one sentence that fits a comment", () => {
    for (const { why } of SMSD_SETTINGS) expect(why).toMatch(/^[^\n]{10,110}[.!]$/);
  });

  test("has defaults of the type that each setting takes", () => {
    for (const section of ["global", "modem"] as const) {
      for (const [name, value] of Object.entries(smsdDefaults(section))) {
        const type = settingsOf(section).get(name)?.type;
        if (type?.kind === "yes-no") expect(typeof value, name).toBe("boolean");
        if (type?.kind === "integer" || type?.kind === "seconds") expect(typeof value, name).toBe("number");
        if (type?.kind === "choice") expect(type.values, name).toContain(value);
      }
    }
  });
});
