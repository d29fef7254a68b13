import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { Inventory } from "../../core/model/inventory.ts";
import type { SmsdSettings, SmsdValue } from "../../core/model/smsd-value.ts";
import type { Secret } from "../../core/secret.ts";
import type { SettingType } from "../../provision/inventory/smsd-setting.ts";
import { type SmsdSection, settingsOf } from "../../provision/inventory/smsd-settings.ts";
import { sampleModem, sampleSecret } from "../helpers/sample-inventory.ts";
import { complaints, renderInto, type Scratch, scratch } from "../helpers/smsd-accepts.ts";
import { findSmsd } from "../helpers/smsd-binary.ts";

/*
 * Proves that the real smsd takes what we render, whatever an inventory may say.
 */

const found = await findSmsd();
const place = scratch();
afterEach(() => place.remove());

async function says(change: Partial<Inventory>, secrets?: ReadonlyMap<string, Secret>): Promise<readonly string[]> {
  if ("reason" in found) throw new Error(found.reason);
  renderInto(place, { smsd: place.smsd(), ...change }, secrets);
  return complaints(found, join(place.folder, "etc/smsd.conf"));
}

/** Values that only a few words or existing files can be, and values that others of the same file ask for. */
function examples({ folder }: Scratch): Readonly<Record<string, SmsdValue>> {
  return {
    datetime_format: "%Y-%m-%dT%H:%M:%S",
    logtime_format: "%Y-%m-%d %H:%M",
    date_filename_format: "%Y%m%d",
    regular_run_cmdfile: join(folder, "list"),
    regular_run_statfile: join(folder, "list"),
    regular_run_logfile: join(folder, "list"),
    logfile: join(folder, "modem.log"),
    // The modem that sends administrative messages must send; priviledged_numbers needs such a method; not both of CPAS and CLCC.
    outgoing: true,
    check_memory_method: 31,
    voicecall_clcc: false,
    shell: "/bin/sh",
    child: "/bin/true",
    start: "/bin/true",
    whitelist: join(folder, "list"),
    blacklist: join(folder, "list"),
    language_file: join(folder, "list"),
    language: "turkish",
    language_ext: "turkish",
    adminmessage_device: "SIM7600",
  };
}

/** A value at one end of what the table allows. */
function extreme(type: SettingType, end: "low" | "high"): SmsdValue {
  switch (type.kind) {
    case "yes-no":
      return end === "high";
    case "integer":
    case "seconds":
      return end === "low" ? type.min : type.max;
    case "choice":
    case "number-choice":
      return type.values.at(end === "low" ? 0 : -1) ?? "";
    case "text":
      return textOf(type.max, type.allowed, end);
    case "texts":
      return [textOf(type.max, type.allowed, end), "AT+CSQ"];
    case "path":
      return join(place.folder, "copies");
    case "handler":
      return "/bin/true";
  }
}

function textOf(max: number, allowed: string | undefined, end: "low" | "high"): string {
  if (allowed === undefined) return "x".repeat(end === "low" ? 1 : max);
  const fitting = fc
    .stringMatching(new RegExp(`^(${allowed})$`))
    .filter((text) => text.length <= max && text === text.trim() && text !== "");
  return fc.sample(fitting, { numRuns: 1, seed: end === "low" ? 1 : 2 })[0] ?? "";
}

function every(section: SmsdSection, end: "low" | "high"): SmsdSettings {
  const known = examples(place);
  const entries = [...settingsOf(section).values()].map(({ name, type }) => [name, known[name] ?? extreme(type, end)]);
  return Object.fromEntries(entries);
}

describe.skipIf("reason" in found)("the real smsd accepts", () => {
  it("the defaults", async () => {
    expect(await says({})).toEqual([]);
  });

  it.each(["low", "high"] as const)("every setting of the table at its %s end", async (end) => {
    mkdirSync(join(place.folder, "copies"), { recursive: true });
    writeFileSync(join(place.folder, "list"), "");
    const modems = [sampleModem({ smsd: every("modem", end) })];
    expect(await says({ modems, smsd: place.smsd({ settings: every("global", end) }) })).toEqual([]);
  });

  it("64 modems with the longest names", async () => {
    const names = Array.from({ length: 64 }, (_, index) => `${"x".repeat(29)}${index + 10}`);
    expect(await says({ modems: names.map((name) => sampleModem({ name })) })).toEqual([]);
  });

  it("names, titles and values with everything that is allowed in them", async () => {
    const modem = sampleModem({
      name: "A.b_c-1",
      smsd: { description: 'ж "é" # = [x] 😀', init: 'AT+CPMS="ME","ME"' },
    });
    expect(await says({ modems: [modem] })).toEqual([]);
  });

  it("a PIN", async () => {
    const modems = [sampleModem({ pin: { from: "env", name: "PIN" } })];
    expect(await says({ modems }, new Map([["SIM7600", sampleSecret("12345678")]]))).toEqual([]);
  });
});

describe.skipIf("reason" in found)("the real smsd says", () => {
  it("what is wrong, so that the tests above can fail", async () => {
    const modems = [sampleModem({ smsd: { no_such_setting: "x", rtscts: "perhaps" } })];
    expect((await says({ modems })).join("\n")).toMatch(/no_such_setting/);
  });
});
