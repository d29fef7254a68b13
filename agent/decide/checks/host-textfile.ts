import type { Finding } from "../../model/finding.ts";

/** Monitoring that gets no figures takes the gateway for dead, or for well. `trouble`: why the file cannot be written. */
export function checkTextfile(trouble: string | undefined): Finding | undefined {
  if (trouble === undefined) return undefined;
  return {
    code: "metrics-not-written",
    subject: "host",
    level: "warning",
    sentence: `The metrics for node_exporter cannot be written: ${trouble}.`,
    evidence: [],
    fix: "Make the folder, install node_exporter (`prometheus-node-exporter`), or correct `metrics.textfile` in the inventory.",
    notify: true,
  };
}
