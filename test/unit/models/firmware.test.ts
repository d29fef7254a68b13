import { describe, expect, test } from "vitest";
import type { ModemModel } from "../../../core/model/modem-model.ts";
import { programFiles } from "../../../host/program-files.ts";
import { loadCatalogue } from "../../../provision/models/catalogue.ts";
import { firmwareSettings, firmwareVersion, quirksFor } from "../../../provision/models/firmware.ts";
import { checkPattern, MAX_INPUT } from "../../../provision/models/pattern.ts";

const catalogue = await loadCatalogue(await programFiles());

function model(name: string): ModemModel {
  const found = catalogue.find((one) => one.name === name);
  if (!found) throw new Error(name);
  return found;
}

describe("a firmware answer as a version", () => {
  test.each([
    ["SIM7600", "+CGMR: LE20B05SIM7600G22", "20.5.0"],
    ["SIM7600", "LE20B03SIM7600M22", "20.3.0"],
    ["SIM7600", "\r\n+CGMR: LE11B14SIM7600M22\r\n", "11.14.0"],
    ["SIM7600", "AT+CGMR\r\r\n+CGMR: LE20B05SIM7600G22\r\n\r\nOK\r\n", "20.5.0"],
    ["EC25", "EC25EFAR06A11M4G", "6.11.0"],
    ["EC25", "EC25EFAR06A11M4G_01.001.01.001", "6.11.0"],
    ["HUAWEI", "21.250.05.00.00", "21.250.5"],
    ["LE910", "20.00.526", "20.0.526"],
    ["MC74XX", "SWI9X30C_02.33.03.00", "2.33.3"],
  ])("%s: %j is %s", (name, answer, version) => {
    expect(firmwareVersion(model(name), answer)).toBe(version);
  });

  test.each(["", "ERROR", "EC25EFAR06A11M4G", "x".repeat(10_000)])(
    "what is no revision of a SIM7600 has no version: %#",
    (answer) => {
      expect(firmwareVersion(model("SIM7600"), answer)).toBeUndefined();
    },
  );
});

describe("quirks", () => {
  const quirky: ModemModel = {
    ...model("SIM7600"),
    quirks: [
      { firmware: "<20.0.0", smsd: { send_retries: 5, delaytime: 3 }, why: "old" },
      { firmware: ">=11.14 <12", smsd: { send_retries: 6 }, why: "one release" },
    ],
  };

  test("hold for their range, and later ones win", () => {
    expect(firmwareSettings(quirky, "+CGMR: LE11B14SIM7600M22")).toEqual({ send_retries: 6, delaytime: 3 });
    expect(quirksFor(quirky, "LE20B05SIM7600G22")).toEqual([]);
  });

  test("do not hold for a firmware that is unknown or not understood", () => {
    expect(quirksFor(quirky, undefined)).toEqual([]);
    expect(quirksFor(quirky, "nonsense")).toEqual([]);
  });
});

describe("patterns that people write", () => {
  test.each(["(a+)+b", "(a|a)*b", "(\\d+){5}", ".*.*.*.*.*x", "a{1,}b{2,}c{3,}d{4,}e{5,}"])(
    "%s could run for ever",
    (pattern) => {
      expect(checkPattern(pattern)).toEqual({ fault: "costly" });
    },
  );

  test.each(["(", "[a", "a{2", "\\k<x>"])("%s is no regular expression", (pattern) => {
    expect(checkPattern(pattern)).toEqual({ fault: "syntax" });
  });

  test("the costliest that is allowed still answers before the test runs out of time", () => {
    const check = checkPattern("(.*.*.*.*x)");
    expect("regex" in check && check.regex.test("a".repeat(MAX_INPUT))).toBe(false);
  });
});
