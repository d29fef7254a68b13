import type { AttachedModem } from "../../core/model/attached-modem.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import { matchModem } from "../../provision/models/match.ts";
import type { Finding } from "../model/finding.ts";

/** Findings about what is on the bus and is none of the inventory's modems, one for each kind. */
export function unclaimedFindings(inventory: Inventory, unclaimed: readonly AttachedModem[]): readonly Finding[] {
  const models = inventory.modems.map((modem) => modem.model);
  // A device without interfaces is being configured, or is not authorized to be.
  const devices = unclaimed.filter((device) => device.interfaces.length > 0);
  const found = devices.flatMap((device) => findingOf(device, models) ?? []);
  const codes = [...new Set(found.map(({ code }) => code))];
  return codes.flatMap((code) => {
    const same = found.filter((finding) => finding.code === code);
    const [first] = same;
    return first ? [{ ...first, evidence: same.flatMap(({ evidence }) => evidence) }] : [];
  });
}

function findingOf(device: AttachedModem, models: Parameters<typeof matchModem>[1]): Finding | undefined {
  const match = matchModem(device, models);
  const where = `${device.usb} at ${device.port}`;
  const base = { subject: "host" as const, evidence: [where], notify: true };
  switch (match.kind) {
    case "matched":
      return {
        ...base,
        code: "modem-unclaimed",
        level: "info",
        sentence: "A modem is plugged in that no entry of the inventory is meant for.",
        fix: "`provision init --out -` prints the YAML for what is plugged in.",
        notify: false,
      };
    case "not-a-modem":
      return {
        ...base,
        code: match.state === "recovery" ? "degraded:bootloader" : `degraded:${match.state}`,
        level: "warning",
        sentence: "A modem is plugged in, but in a state in which it is none.",
        evidence: [`${where}: ${match.reason}`],
      };
    case "unknown-composition":
      return {
        ...base,
        code: "unknown-composition",
        level: "warning",
        sentence: "A modem of a known kind shows ports that its model does not list.",
        evidence: [`${where}: ${match.reason}`],
        fix: "`provision init --out -` prints the YAML to describe it.",
      };
    case "unknown-id":
      return undefined;
  }
}
