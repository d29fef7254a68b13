import type { AgentHost } from "../../core/agent-ports.ts";
import { SUSPEND } from "../../provision/desired/paths.ts";
import { readSmall } from "./small-file.ts";

/** One line of smsd's suspend file. */
export interface SuspendLine {
  /** As it stands, without its newline. */
  readonly text: string;
  /** A modem, `ALL`, or the beginning of names and `*`; empty for what is no entry. */
  readonly name: string;
  /** Without our mark. */
  readonly reason: string;
  readonly ours: boolean;
}

/** Ends each line of ours, so that those of the guard and of people are told apart. */
const MARK = " (modemkeeper)";
const LINE = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*\*?)\s*:(.*)$/s;
/** 64 modems with a sentence each. */
const MAX_BYTES = 65_536;
const MAX_REASON = 200;

/** What is at the suspend file's path; undefined if nothing is. smsd's user may write there, so it is not trusted. */
export async function readSuspend(host: Pick<AgentHost, "files" | "stats">) {
  const entry = await readSmall(host, SUSPEND, MAX_BYTES);
  return entry?.kind === "too-big" ? undefined : entry;
}

export function parseSuspend(content: string): readonly SuspendLine[] {
  return content
    .split("\n")
    .filter((text) => text.trim() !== "")
    .map((text) => {
      const [, name = "", rest = ""] = LINE.exec(text) ?? [];
      const ours = name !== "" && rest.trimEnd().endsWith(MARK);
      const reason = ours ? rest.trimEnd().slice(0, -MARK.length) : rest;
      return { text, name, reason: reason.trim(), ours };
    });
}

/** A line of ours; what would break the line becomes a blank. */
export function ourLine(name: string, reason: string): string {
  const clean = reason.replace(/\p{Cc}+/gu, " ").slice(0, MAX_REASON);
  return `${name}: ${clean}${MARK}`;
}

export interface Suspended {
  readonly suspended: Readonly<Record<string, string>>;
  readonly suspendedByOthers: readonly string[];
}

/** Who is suspended, by whom. Of others' lines with a wildcard (`GSM*`) the modems that it means are named. */
export async function observeSuspend(
  host: Pick<AgentHost, "files" | "stats">,
  modems: readonly string[],
): Promise<Suspended> {
  const entry = await readSuspend(host);
  const lines = entry?.kind === "file" ? parseSuspend(entry.content) : [];
  const ours = lines.filter(({ ours: mine }) => mine).map(({ name, reason }) => [name, reason] as const);
  const others = lines
    .filter(({ ours: mine, name }) => !mine && name !== "")
    .flatMap(({ name }) => meant(name, modems));
  return { suspended: Object.fromEntries(ours), suspendedByOthers: [...new Set(others)] };
}

function meant(name: string, modems: readonly string[]): readonly string[] {
  if (!name.endsWith("*")) return [name];
  return modems.filter((modem) => modem.startsWith(name.slice(0, -1)));
}
