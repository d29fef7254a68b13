import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { CATALOGUE, METRIC_NAMES, type MetricName } from "../../../agent/metrics/catalogue.ts";

/* Rules, their tests, the dashboard and the page about alerts name what there is, and all of it. */

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: Readonly<Record<"summary" | "description" | "runbook", string>>;
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: Readonly<Record<"x" | "y" | "w" | "h", number>>;
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}

const rules = (
  parse(text("deploy/prometheus/modemkeeper.rules.yml")) as { groups: readonly { rules: readonly Rule[] }[] }
).groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(text("deploy/prometheus/grafana-dashboard.json")) as {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
};
const panels = dashboard.panels.filter(({ type }) => type !== "row");

function text(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
}

/** Names of metrics in an expression; those that Prometheus makes itself excepted. */
function metricsIn(expression: string): readonly string[] {
  const bare = expression.replace(/"[^"]*"/g, "");
  return [...new Set(bare.match(/\b(?:smsgw|provision)_\w+/g) ?? [])];
}

function metricOf(name: string): MetricName | undefined {
  const family = name.replace(/_(bucket|sum|count)$/, "");
  return METRIC_NAMES.find((one) => one === name || (one === family && CATALOGUE[one].type === "histogram"));
}

/** Labels that an expression selects by: `name{label=…}`. */
function selections(expression: string): readonly (readonly [string, string])[] {
  return [...expression.matchAll(/\b((?:smsgw|provision)_\w+)\{([^}]*)\}/g)].flatMap(([, name = "", inner = ""]) =>
    [...inner.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = ""]) => [name, label] as const),
  );
}

const expressions = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const)),
  ...dashboard.annotations.list.map(({ expr }) => ["annotation", expr] as const),
  ...dashboard.templating.list.flatMap(({ name, definition }) => (definition ? [[name, definition] as const] : [])),
];

test("every metric and label that a rule or the dashboard names is one that the agent tells", () => {
  expect(expressions.length).toBeGreaterThan(60);
  for (const [where, expression] of expressions) {
    for (const name of metricsIn(expression)) expect(metricOf(name), `${where}: ${name}`).toBeDefined();
    for (const [name, label] of selections(expression)) {
      const metric = metricOf(name);
      const known: readonly string[] = metric ? CATALOGUE[metric].labels : [];
      expect([...known, "job", "instance", "le"], `${where}: ${name}{${label}}`).toContain(label);
    }
  }
});

describe.each(rules)("$alert", ({ alert, labels, annotations }) => {
  test("has a level of the agent's, says what it is and what to do, and has its section", () => {
    expect(alert).toMatch(/^Modemkeeper[A-Z]\w+$/);
    expect(["critical", "warning", "info"]).toContain(labels.severity);
    expect(annotations.summary).toMatch(/^\{\{ \$labels\.instance \}\}: .+[^.]$/);
    expect(annotations.description).toMatch(/\.$/);
    expect(annotations.description.length).toBeGreaterThan(60);
    expect(annotations.runbook).toBe(`docs/alerts.md#${alert.toLowerCase()}`);
    expect(text("docs/alerts.md").split("\n")).toContain(`### ${alert}`);
  });

  test("is tested: it fires", () => {
    expect(text("deploy/prometheus/modemkeeper.rules.test.yml")).toContain(
      `ALERTS{alertname="${alert}",alertstate="firing"`,
    );
  });
});

test("the page about alerts has no section for an alert that there is not", () => {
  const sections = [...text("docs/alerts.md").matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
  expect([...sections].sort()).toEqual(rules.map(({ alert }) => alert).sort());
});

describe("the dashboard", () => {
  test("chooses data source, gateways and modems", () => {
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(["datasource", "instance", "modem"]);
    for (const { title, targets = [] } of panels) {
      expect(targets.length, title).toBeGreaterThan(0);
      for (const { expr, datasource } of targets) {
        expect(datasource.uid).toBe(`\${datasource}`);
        expect(expr, title).toContain('instance=~"$instance"');
      }
    }
  });

  test("every panel says what it shows, and none covers another", () => {
    const places = new Set<string>();
    for (const { type, title, description, gridPos } of dashboard.panels) {
      if (type !== "row") expect(description, title).toBeTruthy();
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(places.has(`${x} ${y}`), `${title} at ${x}, ${y}`).toBe(false);
          places.add(`${x} ${y}`);
        }
      }
    }
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
