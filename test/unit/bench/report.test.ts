import { expect, it } from "vitest";
import { renderTable, toJson } from "../../../bench/report.ts";
import type { Row } from "../../../bench/row.ts";

const SETTING = { processor: "Some CPU", cores: 2, node: "20.19.0", loadBefore: 0.5 };
const ROWS: readonly Row[] = [
  {
    name: "plan",
    unit: "s",
    ours: { of: "provision plan", values: [0.25, 0.2, 0.3], cpuSeconds: [0.3], peakBytes: [70 * 2 ** 20] },
    peer: { of: "ansible", values: [5], cpuSeconds: [4.5], peakBytes: [50 * 2 ** 20] },
    targets: [
      { kind: "at-most", limit: 0.3 },
      { kind: "times-faster", limit: 10 },
    ],
  },
  {
    name: "send",
    unit: "s",
    ours: { of: "ours", values: [0.2], cpuSeconds: [], peakBytes: [] },
    targets: [{ kind: "at-most", limit: 0.1 }],
  },
  {
    name: "rest",
    unit: "MiB",
    ours: { of: "agent", values: [62.5], cpuSeconds: [], peakBytes: [] },
    peer: { of: "idle", values: [40], cpuSeconds: [], peakBytes: [] },
    targets: [
      { kind: "times-as-much", limit: 1.6 },
      { kind: "over-peer", limit: 20 },
    ],
  },
  {
    name: "rate",
    unit: "/s",
    ours: { of: "agent", values: [1600], cpuSeconds: [], peakBytes: [] },
    targets: [{ kind: "at-least", limit: 1500 }],
  },
];

it("the table says of each row what was measured, against what, and whether it is enough", () => {
  const [heading, plan, send, rest, rate, , conditions] = renderTable(ROWS, SETTING).split("\n");
  expect(heading?.indexOf("ratio")).toBe(plan?.indexOf("20×"));
  expect(plan?.split(/ {2,}/)).toEqual([
    ...["plan", "0.25 s [0.20 s–0.30 s]", "0.30 s", "70 MiB", "5.00 s ansible", "4.50 s", "50 MiB"],
    ...["20×", "≤ 0.3 s, ≥ 10× faster", "ok"],
  ]);
  expect(send?.split(/ {2,}/)).toEqual(["send", "0.20 s [0.20 s–0.20 s]", "–", "–", "≤ 0.1 s", "short"]);
  expect(rest?.split(/ {2,}/)).toEqual([
    ...["rest", "63 MiB [63 MiB–63 MiB]", "40 MiB idle", "1.56×", "≤ 1.6×, ≤ 20 MiB more", "short"],
  ]);
  expect(rate?.split(/ {2,}/)).toEqual(["rate", "1600 /s [1600 /s–1600 /s]", "–", "–", "≥ 1500 /s", "ok"]);
  expect(conditions).toBe("2 × Some CPU, Node 20.19.0, load 0.50 when it began");
});

it("the JSON is one versioned line with every measurement", () => {
  const text = toJson(ROWS, SETTING);
  expect(text.endsWith("}\n")).toBe(true);
  const report = JSON.parse(text);
  expect(report).toMatchObject({ format: "modemkeeper.bench/2", setting: SETTING });
  expect(report.rows).toMatchObject([
    { name: "plan", ratio: 20, meetsTargets: true, ours: { values: [0.25, 0.2, 0.3] } },
    { name: "send", meetsTargets: false },
    { name: "rest", unit: "MiB", meetsTargets: false },
    { name: "rate", unit: "/s", meetsTargets: true },
  ]);
});
