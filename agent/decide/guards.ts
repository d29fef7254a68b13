import { type Finding, findingKey } from "../model/finding.ts";
import type { DecisionInput, SmsdDemands } from "./types.ts";

/** What forbids that smsd starts at all. */
export interface Guards {
  /** Every modem's PIN was refused. */
  readonly pinRefused: boolean;
  readonly diskFull: boolean;
  readonly findings: readonly Finding[];
}

const MIB = 1024 * 1024;
/**
 * Modems are suspended below `enter` and resumed above `leave`, so that a disk at its limit does not make them come and go.
 * Both lie above what smstools.service wants before a start (16 MiB, 100 files).
 */
const ROOM = { enter: { bytes: 32 * MIB, files: 200 }, leave: { bytes: 48 * MIB, files: 300 } };

export function guardsOf(input: DecisionInput, demands: SmsdDemands): Guards {
  const { modems } = input.inventory;
  const pinRefused = modems.length > 0 && modems.every(({ name }) => demands.pinRefused.includes(name));
  const diskFull = isDiskFull(input);
  const findings = [
    ...(pinRefused ? [pinFinding(demands.pinRefused)] : []),
    ...(diskFull ? [diskFinding(input.seen.disk.path)] : []),
  ];
  return { pinRefused, diskFull, findings };
}

function isDiskFull({ seen, memory }: DecisionInput): boolean {
  const limit = memory.findings[findingKey({ code: "disk-full", subject: "host" })] ? ROOM.leave : ROOM.enter;
  return seen.disk.bytes < limit.bytes || seen.disk.files < limit.files;
}

function pinFinding(modems: readonly string[]): Finding {
  return {
    code: "pin-refused",
    subject: "smsd",
    level: "critical",
    sentence:
      "smsd is not started: every modem refused its PIN, each start spends one of three tries, and the third locks the SIM.",
    evidence: [`refused: ${modems.join(", ")}`],
    fix: "Correct the PIN under /etc/modemkeeper/secrets and run `provision apply`.",
    notify: true,
  };
}

function diskFinding(path: string): Finding {
  return {
    code: "disk-full",
    subject: "host",
    level: "critical",
    sentence: `The disk of ${path} is full: modems are left alone, so that messages wait on the SIM instead of being lost, and smsd is not started, which would send again what it has sent.`,
    // No numbers: they change at every look.
    evidence: [
      `less than ${ROOM.leave.bytes / MIB} MiB or ${ROOM.leave.files} files are free on the filesystem of ${path}`,
    ],
    fix: `Make room on the filesystem of ${path}; \`journalctl --vacuum-size=50M\` is often enough.`,
    notify: true,
  };
}
