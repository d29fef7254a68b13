import type { Paint } from "../views/paint.ts";
import { FATES, type Fate } from "./fate.ts";
import type { Proposal } from "./propose.ts";

const COLOURS: Partial<Record<Fate, "green" | "yellow" | "red">> = {
  "taken over": "green",
  "secret moved": "green",
  "made safe": "yellow",
  "set aside": "yellow",
  dropped: "red",
};

const FATE_WIDTH = Math.max(...FATES.map((fate) => fate.length));

/** What became of each line of smsd.conf, and how often which. */
export function takeoverReport({ fates, comments }: Proposal, name: string, paint: Paint): string {
  if (fates.length === 0) return `${name}: it says nothing${comments > 0 ? " but comments" : ""}.\n`;
  const digits = Math.max(4, ...fates.map(({ line }) => String(line).length));
  const indent = " ".repeat(digits + 2);
  const rows = fates.flatMap(({ line, text, fate, reason }) => {
    const padded = fate.padEnd(FATE_WIDTH);
    const colour = COLOURS[fate];
    const shown = colour === undefined ? padded : paint(colour, padded);
    return [`${String(line).padStart(digits)}  ${shown}  ${text}`, `${indent}${" ".repeat(FATE_WIDTH + 2)}→ ${reason}`];
  });
  return `${name}, line by line:\n${rows.join("\n")}\n\n${summary(fates, comments)}\n`;
}

function summary(fates: Proposal["fates"], comments: number): string {
  const counts = FATES.flatMap((fate) => {
    const count = fates.filter((one) => one.fate === fate).length;
    return count === 0 ? [] : [`${count} ${fate}`];
  });
  const behind =
    comments === 0
      ? ""
      : ` ${comments} line${comments === 1 ? "" : "s"} of comment stay${comments === 1 ? "s" : ""} behind.`;
  return `${fates.length} line${fates.length === 1 ? "" : "s"}: ${counts.join(", ")}.${behind}`;
}
