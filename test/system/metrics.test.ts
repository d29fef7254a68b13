import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { parse, stringify } from "yaml";
import { EXPOSITION_TYPE } from "../../agent/metrics/exposition.ts";
import { agentOnHttp } from "../helpers/agent-on-http.ts";
import { TOKEN } from "../helpers/api-desk.ts";
import { metricsOfHistory } from "../helpers/metrics-of-history.ts";
import { findPrometheus, promtool, RunningPrometheus } from "../helpers/prometheus.ts";
import { MetricsDesk } from "../unit/agent/metrics/metrics-desk.ts";

/*
 * What Debian's own Prometheus says of our metrics, alert rules and their tests: its linter says nothing, its server reads
 * them as we mean them.
 */

const prometheus = await findPrometheus();
const DEPLOY = fileURLToPath(new URL("../../deploy/prometheus/", import.meta.url));
/** Histories of faults, and of each so many answers: promtool is a process for each. */
const HISTORIES = 8;
const EVERY = 10;

describe.skipIf("reason" in prometheus)("with Debian's Prometheus", () => {
  const real = "reason" in prometheus ? { root: "" } : prometheus;
  let running: RunningPrometheus | undefined;
  let close = async () => {};

  beforeAll(() => {
    if ("reason" in prometheus) console.warn(prometheus.reason);
  });

  afterEach(async () => {
    await running?.stop();
    running = undefined;
    await close();
  });

  /** Answers with what `text` says, as the agent does. */
  async function target(text: () => string): Promise<string> {
    const server = createServer((_, answer) => answer.setHeader("content-type", EXPOSITION_TYPE).end(text()));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    close = async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    };
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test("promtool has nothing to say of what the agent tells in many states", async () => {
    const answers: string[] = [];
    for (let seed = 1; seed <= HISTORIES; seed += 1) {
      let count = 0;
      metricsOfHistory(seed, (text) => {
        if (count % EVERY === 0) answers.push(text);
        count += 1;
      });
    }
    expect(answers.length).toBeGreaterThan(2 * HISTORIES);
    for (const input of answers) {
      expect(await promtool(real, ["check", "metrics"], { input })).toEqual({ code: 0, text: "" });
    }
  });

  test("promtool would say something: of a counter without its suffix, and of a label that breaks its line", async () => {
    const bad = "# HELP smsgw_messages Messages.\n# TYPE smsgw_messages counter\nsmsgw_messages 1\n";
    expect((await promtool(real, ["check", "metrics"], { input: bad })).text).toContain("_total");
    const broken = '# HELP a_b C.\n# TYPE a_b gauge\na_b{x="\n"} 1\n';
    expect((await promtool(real, ["check", "metrics"], { input: broken })).code).not.toBe(0);
  });

  test("a hostile firmware and network arrive in Prometheus as data", async () => {
    const desk = new MetricsDesk();
    const hostile = '"} 1\nsmsgw_smsd_up 7\\\u001b[2J\u202eé';
    desk.story.remember({ firmware: hostile, operator: hostile, registration: { status: 1, since: 0 } });
    desk.pass();
    const address = await target(() => desk.metrics.text());
    running = await RunningPrometheus.start(real, {
      job_name: "modemkeeper",
      static_configs: [{ targets: [address] }],
    });
    await vi.waitFor(async () => expect(await running?.query("up")).toMatchObject([{ value: 1 }]), { timeout: 20_000 });
    expect(await running.query("smsgw_smsd_up")).toMatchObject([{ value: 1 }]);
    const [info] = await running.query("smsgw_modem_info");
    expect(info?.labels.firmware).toBe('"} 1·smsgw_smsd_up 7\\·[2J·é');
    const [operator] = await running.query("smsgw_modem_operator_info");
    expect(operator?.labels.operator).toBe(info?.labels.firmware);
  });

  test("it asks a whole agent over HTTP, with its token, and counts itself there", async () => {
    const { address, stop } = await agentOnHttp();
    close = stop;
    expect((await fetch(`http://${address}/metrics`)).status).toBe(401);
    const job = { job_name: "modemkeeper", static_configs: [{ targets: [address] }] };
    running = await RunningPrometheus.start(real, { ...job, authorization: { credentials: TOKEN } });
    await vi.waitFor(
      async () => {
        const [asked] = (await running?.query('smsgw_http_requests_total{route="/metrics",status="2xx"}')) ?? [];
        expect(asked?.value).toBeGreaterThan(1);
      },
      { timeout: 20_000 },
    );
    expect(await running.query("up")).toMatchObject([{ value: 1 }]);
    expect(await running.query("smsgw_smsd_up")).toMatchObject([{ value: 1 }]);
    expect(await running.query("smsgw_modem_present")).toMatchObject([{ labels: { modem: "SIM7600" }, value: 1 }]);
  });

  test("the server reads a histogram of ours, and counts grow in it", async () => {
    const desk = new MetricsDesk();
    const sinks = [{ name: "crm", type: "webhook", options: {}, secrets: {} }];
    desk.story.inventory = { ...desk.story.inventory, incoming: { ...desk.story.inventory.incoming, sinks } };
    desk.pass();
    for (let index = 0; index < 100; index += 1) desk.metrics.counters.forwarding("crm", "delivered", 80);
    const address = await target(() => desk.metrics.text());
    running = await RunningPrometheus.start(real, {
      job_name: "modemkeeper",
      static_configs: [{ targets: [address] }],
    });
    const p95 = "histogram_quantile(0.95, smsgw_forward_duration_seconds_bucket)";
    await vi.waitFor(async () => expect(await running?.query(p95)).toMatchObject([{ labels: { sink: "crm" } }]), {
      timeout: 20_000,
    });
    const [found] = await running.query(p95);
    expect(found?.value).toBeGreaterThan(0.05);
    expect(found?.value).toBeLessThanOrEqual(0.1);
  });

  test("promtool takes the rules that we ship, and their tests hold", async () => {
    const check = await promtool(real, ["check", "rules", "modemkeeper.rules.yml"], { folder: DEPLOY });
    expect(check.text).toMatch(/SUCCESS: \d+ rules found/);
    expect(check.code).toBe(0);
    const run = await promtool(real, ["test", "rules", "modemkeeper.rules.test.yml"], { folder: DEPLOY });
    expect(run.text).toContain("SUCCESS");
    expect(run.code).toBe(0);
  });

  test("the tests of the rules notice each rule that is missing, and each that fires too soon", async () => {
    const { groups } = parse(readFileSync(`${DEPLOY}modemkeeper.rules.yml`, "utf8")) as RuleFile;
    const rules = groups.flatMap((group) => group.rules);
    const missed = await failuresWith(rules.map(({ alert }) => ({ alert, expr: "vector(0) > 1" })));
    expect([...missed.expected].sort()).toEqual(rules.map(({ alert }) => alert).sort());
    const hasty = await failuresWith(rules.map(({ for: _, ...rule }) => rule));
    expect([...hasty.got].sort()).toEqual(
      expect.arrayContaining(rules.flatMap((rule) => (rule.for ? [rule.alert] : []))),
    );
  });

  /** Names of alerts that the tests miss, and of those that they did not want, with other rules than ours. */
  async function failuresWith(rules: readonly object[]) {
    const folder = mkdtempSync(join(tmpdir(), "rules-"));
    writeFileSync(join(folder, "modemkeeper.rules.yml"), stringify({ groups: [{ name: "changed", rules }] }));
    cpSync(`${DEPLOY}modemkeeper.rules.test.yml`, join(folder, "modemkeeper.rules.test.yml"));
    const { code, text } = await promtool(real, ["test", "rules", "modemkeeper.rules.test.yml"], { folder });
    rmSync(folder, { recursive: true });
    expect(code).not.toBe(0);
    const expected = new Set<string>();
    const got = new Set<string>();
    for (const [, wanted = "", found = ""] of text.matchAll(
      /^ *exp: *(.*(?:\n(?! *got:).*)*)\n *got: *(.*(?:\n(?! *(?:expr|name):).*)*)/gm,
    )) {
      for (const alert of namesIn(wanted)) if (!namesIn(found).includes(alert)) expected.add(alert);
      for (const alert of namesIn(found)) if (!namesIn(wanted).includes(alert)) got.add(alert);
    }
    return { expected, got };
  }
});

function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/alertname="(\w+)"/g)].map(([, name = ""]) => name);
}

interface Rule {
  readonly alert: string;
  readonly for?: string;
}

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
}
