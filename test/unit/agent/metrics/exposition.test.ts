import fc from "fast-check";
import { expect, test } from "vitest";
import { CATALOGUE, FORWARD_BUCKETS, METRIC_NAMES } from "../../../../agent/metrics/catalogue.ts";
import { exposition } from "../../../../agent/metrics/exposition.ts";
import { Sheet } from "../../../../agent/metrics/sheet.ts";
import { Spread, Tally } from "../../../../agent/metrics/tally.ts";
import { parseExposition } from "../../../helpers/parse-exposition.ts";

test("metrics in the catalogue's order, series by their labels, nothing of what is not known", () => {
  const sheet = new Sheet();
  sheet.set("smsgw_registered", false, { modem: "RIGHT" });
  sheet.set("smsgw_registered", true, { modem: "LEFT" });
  sheet.set("smsgw_signal_dbm", -73, { modem: "LEFT" });
  sheet.set("smsgw_signal_dbm", undefined, { modem: "RIGHT" });
  sheet.set("smsgw_modem_temperature_celsius", Number.NaN, { modem: "LEFT" });
  sheet.set("smsgw_smsd_up", true, {});
  sheet.set("smsgw_spool_available_files", Number.POSITIVE_INFINITY, {});
  expect(exposition(sheet)).toBe(
    [
      `# HELP smsgw_smsd_up ${CATALOGUE.smsgw_smsd_up.help}`,
      "# TYPE smsgw_smsd_up gauge",
      "smsgw_smsd_up 1",
      `# HELP smsgw_signal_dbm ${CATALOGUE.smsgw_signal_dbm.help}`,
      "# TYPE smsgw_signal_dbm gauge",
      'smsgw_signal_dbm{modem="LEFT"} -73',
      `# HELP smsgw_registered ${CATALOGUE.smsgw_registered.help}`,
      "# TYPE smsgw_registered gauge",
      'smsgw_registered{modem="LEFT"} 1',
      'smsgw_registered{modem="RIGHT"} 0',
      `# HELP smsgw_spool_available_files ${CATALOGUE.smsgw_spool_available_files.help}`,
      "# TYPE smsgw_spool_available_files gauge",
      "smsgw_spool_available_files +Inf",
      "",
    ].join("\n"),
  );
});

test("a histogram: buckets add up, and the last one holds all", () => {
  const spread = new Spread("sink", [0.1, 1]);
  for (const value of [0.05, 0.1, 0.5, 7]) spread.observe("crm", value);
  spread.prepare("log");
  const sheet = new Sheet();
  sheet.distribute("smsgw_forward_duration_seconds", spread.distributions());
  expect(exposition(sheet).split("\n").slice(2)).toEqual([
    'smsgw_forward_duration_seconds_bucket{sink="crm",le="0.1"} 2',
    'smsgw_forward_duration_seconds_bucket{sink="crm",le="1"} 3',
    'smsgw_forward_duration_seconds_bucket{sink="crm",le="+Inf"} 4',
    'smsgw_forward_duration_seconds_sum{sink="crm"} 7.65',
    'smsgw_forward_duration_seconds_count{sink="crm"} 4',
    'smsgw_forward_duration_seconds_bucket{sink="log",le="0.1"} 0',
    'smsgw_forward_duration_seconds_bucket{sink="log",le="1"} 0',
    'smsgw_forward_duration_seconds_bucket{sink="log",le="+Inf"} 0',
    'smsgw_forward_duration_seconds_sum{sink="log"} 0',
    'smsgw_forward_duration_seconds_count{sink="log"} 0',
    "",
  ]);
});

test("whatever stands in a label is read back as it was, and breaks no line", () => {
  const nasty = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string(),
    fc.constantFrom('"', "\\", "\n", '\\"', "\\n", '"} 1\n'),
  );
  fc.assert(
    fc.property(nasty, nasty, fc.double({ noNaN: true }), (firmware, modem, value) => {
      const sheet = new Sheet();
      const labels = { modem, model: "SIM7600", firmware, imei_hash: "", usb_path: "" };
      sheet.set("smsgw_modem_info", value, labels);
      const { series } = parseExposition(exposition(sheet));
      expect(series).toEqual([{ name: "smsgw_modem_info", labels, value: Number(String(value)) }]);
    }),
  );
});

test("the catalogue: names and units go together, and every metric is explained", () => {
  for (const name of METRIC_NAMES) {
    const { type, unit, help, labels } = CATALOGUE[name];
    expect(name).toMatch(/^(smsgw|provision)_[a-z]+(_[a-z]+)*$/);
    expect(name.endsWith("_total"), name).toBe(type === "counter");
    if (unit === "unix time") expect(name).toMatch(/_time(stamp)?_seconds$/);
    if (unit === "seconds" && type !== "counter") expect(name).toMatch(/_seconds$/);
    if (unit === "bytes" || unit === "ratio" || unit === "celsius") expect(name).toMatch(new RegExp(`_${unit}$`));
    expect(help, name).toMatch(/^([A-Z0-9]|smsd ).*\.$/s);
    for (const label of labels) expect(label).toMatch(/^[a-z]+(_[a-z]+)*$/);
    // The bound of a bucket.
    expect(labels).not.toContain("le");
  }
  expect(FORWARD_BUCKETS).toEqual([...FORWARD_BUCKETS].sort((a, b) => a - b));
});

test("sums by labels; what no longer exists goes; never more than some hundred series", () => {
  const tally = new Tally();
  tally.add({ sink: "crm" });
  tally.add({ sink: "crm" }, 2);
  tally.add({ sink: "log" }, 0);
  expect([...tally.samples()].map(({ labels, value }) => [labels, value])).toEqual([
    [{ sink: "crm" }, 3],
    [{ sink: "log" }, 0],
  ]);
  tally.retain(({ sink }) => sink === "log");
  expect([...tally.samples()]).toHaveLength(1);
  for (let index = 0; index < 10_000; index += 1) tally.add({ sink: `sink ${index}` });
  expect([...tally.samples()]).toHaveLength(500);
});
