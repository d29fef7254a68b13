import type { Paint } from "../../provision/views/paint.ts";
import { inert } from "../views/inert.ts";
import { CHECK_GROUPS } from "./checks/all.ts";
import { type DoctorLevel, listed, plural } from "./checks/verdict.ts";
import type { Diagnosis, DoctorResult } from "./diagnose.ts";

export interface DiagnosisView {
  readonly paint: Paint;
  /** Shows evidence, too. */
  readonly verbose: boolean;
}

const WIDTH = 80;
const COLOUR = { ok: "green", info: "cyan", warning: "yellow", error: "red" } as const;
const WORD_WIDTH = "warning".length;
/** Behind the level and the name of the check. */
const INDENT = "    ";

/** The diagnosis for people, in 80 columns: findings with why and fix, the rest a line each, and one line of summary at the end. */
export function renderDiagnosis(diagnosis: Diagnosis, view: DiagnosisView): string {
  const groups = CHECK_GROUPS.map(({ title, checks }) => ({
    title,
    results: diagnosis.results.filter(({ check }) => checks.some(({ name }) => name === check)),
  })).filter(({ results }) => results.length > 0);
  const sections = groups.map(({ title, results }) =>
    [view.paint("bold", title), ...results.flatMap((result) => linesOf(result, view))].join("\n"),
  );
  return `${sections.join("\n\n")}\n\n${summary(diagnosis, view)}\n`;
}

function linesOf(result: DoctorResult, { paint, verbose }: DiagnosisView): readonly string[] {
  const { level, check, sentence, why, fix, evidence } = result;
  const [first = "", ...more] = wrapped(`${check}: ${inert(sentence)}`, WIDTH - WORD_WIDTH - 2);
  const word = paint(COLOUR[level], level.padEnd(WORD_WIDTH));
  const hang = " ".repeat(WORD_WIDTH + 2);
  return [
    `${word}  ${first}`,
    ...more.map((line) => hang + line),
    ...(verbose || level === "error" || level === "warning" ? (evidence ?? []) : []).flatMap((line) =>
      labelled("", line),
    ),
    ...(why === undefined ? [] : labelled("why: ", why)),
    ...(fix === undefined ? [] : labelled("fix: ", fix)),
  ];
}

function labelled(label: string, text: string): readonly string[] {
  const hang = " ".repeat(WORD_WIDTH + 2) + INDENT.slice(2);
  const lines = wrapped(label + inert(text), WIDTH - hang.length);
  return lines.map((line, index) => (index === 0 ? hang + line : hang + " ".repeat(label.length) + line));
}

/** Lines of at most `width` columns; a word that is longer is cut. */
function wrapped(text: string, width: number): readonly string[] {
  const room = width - "why: ".length;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((one) => pieces(one, room))) {
    const limit = lines.length === 0 ? width : room;
    if (line !== "" && line.length + 1 + word.length > limit) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function pieces(word: string, width: number): readonly string[] {
  if (word.length <= width) return [word];
  return Array.from({ length: Math.ceil(word.length / width) }, (_, index) =>
    word.slice(index * width, (index + 1) * width),
  );
}

function summary({ counts, results }: Diagnosis, { paint }: DiagnosisView): string {
  const unknown = results.filter((result) => result.unknown).length;
  const parts = [
    ...(counts.error > 0 ? [plural(counts.error, "error")] : []),
    ...(counts.warning > 0 ? [plural(counts.warning, "warning")] : []),
    ...(counts.info > 0 ? [plural(counts.info, "note")] : []),
    `${counts.ok} ok`,
  ];
  const worst: DoctorLevel = counts.error > 0 ? "error" : counts.warning > 0 ? "warning" : "ok";
  const rest = unknown > 0 ? ` (${unknown} could not be seen)` : "";
  return `${paint(COLOUR[worst], "doctor")}: ${listed(parts)}${rest}`;
}
