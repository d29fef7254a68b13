import type { SmsdLogLine } from "../../../core/smsd-log.ts";
import { classifyLine, type LineKind, shownText } from "../../../core/smsd-log-class.ts";
import { UNIT } from "../../../provision/desired/paths.ts";
import { inert } from "../../views/inert.ts";
import type { DoctorFacts } from "../facts.ts";
import { valueOr } from "../known.ts";
import { type DoctorCheck, fault, fine, note, orFine, plural, seen, type Verdict, warning } from "./verdict.ts";

const SHOWN = 3;

export const SMSD_WORK_CHECKS: readonly DoctorCheck[] = [
  {
    name: "smsd",
    title: "smsd's process",
    looksAt: "Whether smsd really runs, and what its service says.",
    why: "A service that is called active and has no process sends nothing.",
    advice: "`modemkeeper smsd start`; `journalctl -u smstools -n 50` says why it does not start.",
    judge: judgeSmsd,
  },
  {
    name: "smsd-log",
    title: "smsd's log",
    looksAt: "What smsd has complained of since it started.",
    why: "It tells lost messages, dead terminals, blocked modems and refused PINs, and goes on as if nothing were.",
    advice: "What each line means and what becomes of it: `modemkeeper events`.",
    judge: ({ smsd }) => seen(smsd.log, judgeLog),
  },
  {
    name: "sim",
    title: "SIM",
    looksAt: "Whether a SIM wants its PIN or PUK, or is missing, as the agent or smsd's log tells.",
    why: "Three wrong PINs lock a SIM; without a SIM that is ready nothing is sent or received.",
    advice:
      "PIN: put it under /etc/modemkeeper/secrets, name it at `sim.pin`, `provision apply`. PUK: unlock the SIM in a telephone.",
    judge: judgeSim,
  },
];

function judgeSmsd({ smsd, setup }: DoctorFacts): readonly Verdict[] {
  return seen(smsd.processes, (processes) => {
    const unit = valueOr(setup.units, {})[UNIT];
    if (processes.length > 0) return fine(`smsd runs with process ${processes[0]?.pid}.`);
    const isInstalled = valueOr(setup.smsdPackage, undefined) !== undefined;
    if (!isInstalled && unit?.active !== "active") return [note("smsd does not run; it is not installed.")];
    const but =
      unit?.active === "active" ? `, although ${UNIT} is called active` : ` (${UNIT} is ${unit?.active ?? "unknown"})`;
    return [
      fault(
        `smsd does not run${but}.`,
        "`modemkeeper smsd start`; `journalctl -u smstools -n 50` says why it does not start.",
      ),
    ];
  });
}

interface Complaint {
  readonly kinds: readonly LineKind[];
  readonly level: "warning" | "error";
  readonly sentence: string;
  readonly fix: string;
}

const COMPLAINTS: readonly Complaint[] = [
  {
    kinds: ["incoming-lost"],
    level: "error",
    sentence: "smsd could not store a received message, which is lost",
    fix: "See `permissions` and `disk`.",
  },
  {
    kinds: ["unmovable", "fatal"],
    level: "error",
    sentence: "smsd cannot move a message that it has sent, and would send it again",
    fix: "See `permissions` and `disk`; move the file away before smsd starts again.",
  },
  {
    kinds: ["io-error"],
    level: "error",
    sentence: "smsd writes to a terminal that is gone",
    fix: "`modemkeeper smsd restart`; smsd.conf as provision writes it opens terminals anew.",
  },
  {
    kinds: ["handler-ended", "giving-up", "process-ended"],
    level: "error",
    sentence: "smsd gave a modem up; its main process runs on without it",
    fix: "`modemkeeper smsd restart`, once the modem answers.",
  },
  {
    kinds: ["blocked"],
    level: "warning",
    sentence: "smsd left a modem alone after messages that it could not send",
    fix: "See why they failed: `modemkeeper events`.",
  },
  {
    kinds: ["not-answering"],
    level: "warning",
    sentence: "a modem did not answer smsd",
    fix: "See `usb-errors`; `modemkeeper modem reset NAME`.",
  },
  {
    kinds: ["not-registered", "registration-denied"],
    level: "warning",
    sentence: "a modem was not registered with its network",
    fix: "Antenna, SIM and contract; `modemkeeper modem at NAME AT+CREG?`.",
  },
  {
    kinds: ["second-smsd"],
    level: "error",
    sentence: "a second smsd was started",
    fix: "See `old-scripts`: who starts it?",
  },
  {
    kinds: ["script"],
    level: "warning",
    sentence: "a handler of smsd's failed",
    fix: "See what it says: `modemkeeper events --all`. smsd does not call it again.",
  },
  {
    kinds: ["unexpected-input"],
    level: "warning",
    sentence: "smsd read what it had not asked for",
    fix: "See `port-holders` and `modemmanager`: who else talks to the modem?",
  },
  {
    kinds: ["outgoing-denied"],
    level: "error",
    sentence: "smsd may not read a message in its queue",
    fix: "Files for smsd belong to its group; `modemkeeper sms send` writes them so.",
  },
];

function judgeLog(lines: readonly SmsdLogLine[]): readonly Verdict[] {
  const classed = lines.map((line) => ({ line, kind: classifyLine(line).kind }));
  const findings = COMPLAINTS.flatMap(({ kinds, level, sentence, fix }) => {
    const found = classed.filter(({ kind }) => kinds.includes(kind)).map(({ line }) => line);
    if (found.length === 0 || isOver(kinds, found, classed)) return [];
    const times = `${plural(found.length, "time")} since it started`;
    const evidence = found
      .slice(-SHOWN)
      .map(({ time, process, text }) => inert(`${time} ${process}: ${shownText(text)}`));
    return [(level === "error" ? fault : warning)(`${capital(sentence)} (${times}).`, fix, evidence)];
  });
  if (findings.length > 0) return findings;
  return fine(lines.length === 0 ? "smsd's log is empty." : "smsd has complained of nothing since it started.");
}

/** Passing trouble with a modem that answered smsd again since is no finding. */
const PASSING: ReadonlySet<LineKind> = new Set(["io-error", "not-answering", "not-registered", "blocked"]);

function isOver(
  kinds: readonly LineKind[],
  found: readonly SmsdLogLine[],
  classed: readonly { readonly line: SmsdLogLine; readonly kind: LineKind }[],
): boolean {
  if (!kinds.every((kind) => PASSING.has(kind))) return false;
  return [...new Set(found.map(({ process }) => process))].every((process) => {
    const own = classed.filter(({ line }) => line.process === process);
    return own.findLastIndex(({ kind }) => kind === "progress") > own.findLastIndex(({ kind }) => kinds.includes(kind));
  });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const FIX_PIN =
  "Put the PIN under /etc/modemkeeper/secrets, name it at `sim.pin` in the inventory, and run `provision apply`.";
const FIX_PUK = "Unlock the SIM in a telephone with the PUK that its operator gave you.";
const FIX_SIM = "Look whether the SIM sits well in its holder; try it in a telephone.";

const SIM_LINES: Readonly<Partial<Record<LineKind, readonly [string, string]>>> = {
  "pin-refused": [
    "refused its PIN; each start of smsd spends one of three tries",
    "Correct the PIN before smsd is started again.",
  ],
  "sim-locked": ["is locked", FIX_PUK],
  "pin-missing": ["wants a PIN, and none is configured", FIX_PIN],
  "sim-unexpected": ["is not ready", FIX_SIM],
};

function judgeSim({ agent, smsd, setup }: DoctorFacts): readonly Verdict[] {
  const state = valueOr(agent.state, undefined);
  const fromAgent = (state?.modems ?? []).flatMap(({ name, sim }) => {
    if (sim === undefined || sim === "READY") return [];
    const hasPin = setup.wanted.modems.find((modem) => modem.name === name)?.pin !== undefined;
    // The one that wants the PIN that is configured gets it from smsd.
    if (sim === "SIM PIN" && hasPin) return [];
    const fix = /PUK/.test(sim) ? FIX_PUK : /PIN/.test(sim) ? FIX_PIN : FIX_SIM;
    return [fault(`The SIM in ${inert(name)} says ${inert(sim).slice(0, 40)}.`, fix)];
  });
  return seen(smsd.log, (lines) => {
    const told = new Map<string, Verdict>();
    for (const line of lines) {
      const row = SIM_LINES[classifyLine(line).kind];
      if (row) told.set(line.process, fault(`The SIM in ${inert(line.process)} ${row[0]} (smsd's log).`, row[1]));
      if (classifyLine(line).kind === "progress") told.delete(line.process);
    }
    return orFine([...fromAgent, ...told.values()], "No SIM asks for anything.");
  });
}
