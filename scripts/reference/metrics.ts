import {
  CATALOGUE,
  FORWARD_BUCKETS,
  METRIC_NAMES,
  type MetricName,
  type Section,
} from "../../agent/metrics/catalogue.ts";
import { cell } from "./cell.ts";

const INTRODUCTION = `# Metrics

The agent tells Prometheus how the gateway stands and what has happened since it started: at \`/metrics\` of the HTTP API, and, where \`metrics.textfile\` of the inventory names a file, there for node_exporter. Alert rules and a dashboard: [deploy/prometheus](../deploy/prometheus/README.md). What to do when an alert fires: [alerts.md](alerts.md).

- **What is not known is absent, never 0.** A modem that was not asked yet has no \`smsgw_signal_dbm\`; one that is unplugged has none any more.
- **Nothing private.** No label holds a phone number, a text, an IMEI or an IMSI. \`imei_hash\` is keyed with the machine id: it tells that the modem was exchanged, and nothing on another machine.
- **Few series, by construction.** Labels hold kinds that the program itself names, names of modems and receivers in the inventory, and of each modem its firmware and its operator. One modem and two receivers make about 150 series.
- **One name in both places.** The agent's own process is \`smsgw_agent_*\`, not \`process_*\`: in a text file the latter would collide with node_exporter's own, and it would answer nothing at all.
- Counters begin at 0 with the agent. Gauges are as the last look saw them, at most 30 s ago; ages are as of the answer.
- The text file is rewritten every 15 s, and removed when the agent ends: node_exporter would go on serving the last one. A killed agent leaves it behind; \`smsgw_agent_last_look_timestamp_seconds\` tells its age, and \`node_textfile_mtime_seconds\` does, too.
`;

export function metricsReference(): string {
  const sections = [...new Set(METRIC_NAMES.map((name) => CATALOGUE[name].section))];
  const buckets = FORWARD_BUCKETS.map(String).join(", ");
  return `${INTRODUCTION}\n${sections.map(sectionText).join("\n")}\nBuckets of \`smsgw_forward_duration_seconds\`: ${buckets} seconds.\n`;
}

function sectionText(section: Section): string {
  const rows = METRIC_NAMES.filter((name) => CATALOGUE[name].section === section).map(row);
  return `## ${section}\n\n| metric | type | unit | labels | meaning |\n|---|---|---|---|---|\n${rows.join("\n")}\n`;
}

function row(name: MetricName): string {
  const { type, unit, labels, help } = CATALOGUE[name];
  const shown = labels.map((label) => `\`${label}\``).join(", ");
  return `| \`${name}\` | ${type} | ${unit === "1" ? "" : unit} | ${shown} | ${cell(help)} |`;
}
