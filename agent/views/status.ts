import type { Paint } from "../../provision/views/paint.ts";
import { spokenDuration } from "../decide/durations.ts";
import type { Level, OngoingFinding } from "../model/finding.ts";
import type { GatewayStatus, ModemStatus } from "../status/types.ts";
import { wrapped } from "./columns.ts";
import { inert } from "./inert.ts";
import { gatewayRows } from "./status-gateway.ts";
import { modemRows } from "./status-modem.ts";
import { lasting, rowLines, WIDTH } from "./status-row.ts";

export interface StatusView {
  readonly paint: Paint;
  /** Shows what each finding was concluded from, too. */
  readonly verbose: boolean;
}

const WORD: Readonly<Record<Level | "ok", string>> = { ok: "OK", info: "OK", warning: "WARNING", critical: "CRITICAL" };
const COLOUR = { ok: "green", info: "green", warning: "yellow", critical: "red" } as const;

/** The gateway for people: the verdict first, then what it is made of. No line is wider than 80 columns; texts from modems and logs are shown inert. */
export function renderStatus(status: GatewayStatus, view: StatusView): string {
  const now = Date.parse(status.at);
  const modems = status.modems.flatMap((modem) => ["", ...titleLines(modem, view), ...rowLines(modemRows(modem, now))]);
  const findings = status.findings.flatMap((finding) => findingLines(finding, now, view));
  const lines = [
    ...verdictLines(status, now, view),
    "",
    ...rowLines(gatewayRows(status, now)),
    ...modems,
    ...(findings.length === 0 ? [] : ["", ...findings]),
  ];
  return `${lines.join("\n")}\n`;
}

function titleLines({ name, title, model }: ModemStatus, { paint }: StatusView): readonly string[] {
  const [head = name, ...rest] = wrapped(inert(title ?? model), { width: WIDTH, first: `${name}  `, rest: "  " });
  return [paint("bold", name) + head.slice(name.length), ...rest];
}

function verdictLines({ verdict, findings }: GatewayStatus, now: number, { paint }: StatusView): readonly string[] {
  const { level, sentence, since, doing } = verdict;
  const word = `${WORD[level]}:`;
  const others = findings.filter((finding) => finding.level !== "info" && !isSaidBy(verdict, finding)).length;
  const aside = [
    ...(since === undefined ? [] : [`for ${lasting(since, now)}`]),
    ...(others === 0 ? [] : [`${others} more below`]),
  ];
  const said = `${sentence.replace(/\.$/, "")}${aside.length === 0 ? "" : ` (${aside.join("; ")})`}`;
  const [head = word, ...rest] = wrapped(inert(said), { width: WIDTH, first: `${word} `, rest: "  " });
  const doingLines = doing === undefined ? [] : wrapped(inert(doing), { width: WIDTH, first: "  => ", rest: "     " });
  return [paint(COLOUR[level], word) + head.slice(word.length), ...rest, ...doingLines];
}

/** The finding that the verdict stands for. */
function isSaidBy({ code, sentence }: GatewayStatus["verdict"], finding: OngoingFinding): boolean {
  return finding.code === code && (finding.subject === "smsd" || finding.sentence === sentence);
}

const SIGN: Readonly<Record<Level, string>> = { info: "·", warning: "!", critical: "✗" };

function findingLines(finding: OngoingFinding, now: number, { paint, verbose }: StatusView): readonly string[] {
  const { level, sentence, evidence, fix, since } = finding;
  const sign = SIGN[level];
  const said = `${sentence} (for ${spokenDuration(now - since)})`;
  const [head = sign, ...rest] = wrapped(inert(said), { width: WIDTH, first: `${sign} `, rest: "  " });
  const below = (text: string, first: string) => wrapped(inert(text), { width: WIDTH, first, rest: "       " });
  return [
    paint(COLOUR[level], sign) + head.slice(sign.length),
    ...rest,
    ...(verbose ? evidence.flatMap((line) => below(line, "  seen ")) : []),
    ...(fix === undefined ? [] : below(fix, "  fix: ")),
  ];
}
