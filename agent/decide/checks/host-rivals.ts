import type { Finding } from "../../model/finding.ts";

/** Programs that are known to take modems away run here; as long as they keep off our ports, that is only worth knowing. */
export function checkRivals(rivals: readonly string[]): Finding | undefined {
  if (rivals.length === 0) return undefined;
  return {
    code: "rival-program",
    subject: "host",
    level: "info",
    sentence: `${rivals.join(" and ")} runs here, and may open the ports of modems; udev tells it to leave ours alone.`,
    evidence: rivals,
    fix: `Where nothing else needs it: \`systemctl disable --now ${rivals[0]}\`.`,
    notify: false,
  };
}
