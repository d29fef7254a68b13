import { dropped, type Outcome } from "./fate.ts";
import type { ConfLine, ConfSection, SmsdConf } from "./smsd-conf.ts";

/** One setting of one section as smsd ends up with it: the last line wins, except for those that add up. */
export interface Effective {
  readonly name: string;
  readonly values: readonly string[];
  readonly lines: readonly ConfLine[];
}

/** A modem that smsd.conf names in `devices`. */
export interface ConfModem {
  readonly name: string;
  readonly headers: readonly ConfLine[];
  readonly settings: ReadonlyMap<string, Effective>;
}

export interface ConfModems {
  readonly modems: readonly ConfModem[];
  readonly globals: ReadonlyMap<string, Effective>;
  /** On lines that smsd does not read, or reads and overrides. */
  readonly outcomes: readonly Outcome[];
}

/** Settings of which each line adds to those before (smsd's manual). */
const REPEATABLE = new Set(["regular_run_cmd", "ignore_unexpected_input", "priviledged_numbers"]);
/** `init1` is smsd's other name of `init` (src/smsd_cfg.c). */
const ALIASES: ReadonlyMap<string, string> = new Map([["init1", "init"]]);
/** Where smsd puts the modem's name for the word `modemname`. */
const NAMED = /^(device|logfile|eventhandler|regular_run.*)$/;
const MODEM_NAME = /^[A-Za-z0-9._-]{1,31}$/;
/** This build of smsd takes no more (NUMBER_OF_MODEMS). */
const MAX_MODEMS = 64;

/** Puts each modem's settings together as smsd does: `[default]`, then its group, then its own section. */
export function modemsOf(conf: SmsdConf): ConfModems {
  const outcomes: Outcome[] = [];
  const first = firstSections(conf, outcomes);
  const globals = effective(conf.globals, undefined, outcomes);
  const names = deviceNames(conf, globals.get("devices")?.values[0], outcomes, globals.get("devices")?.lines ?? []);
  const used = new Set<ConfSection>();
  const modems = names.map((name) => {
    const parts = ["default", groupOf(name), name].flatMap((part) => first.get(part) ?? []);
    for (const part of parts) used.add(part);
    const lines = parts.flatMap((part) => part.lines);
    return { name, headers: parts.map(({ header }) => header), settings: effective(lines, name, outcomes) };
  });
  for (const section of first.values()) {
    if (!used.has(section)) outcomes.push(unusedSection(section));
  }
  return { modems, globals, outcomes };
}

function firstSections(conf: SmsdConf, outcomes: Outcome[]): ReadonlyMap<string, ConfSection> {
  const first = new Map<string, ConfSection>();
  for (const section of conf.sections) {
    const { name, number } = section.header;
    if (name !== "" && !first.has(name)) {
      first.set(name, section);
      continue;
    }
    const why =
      name === ""
        ? "The section has no name between brackets, so smsd reads nothing of it."
        : `smsd reads only the first section of a name; this one it never saw (line ${first.get(name)?.header.number} is the first).`;
    outcomes.push(dropped([number, ...numbers(section.lines)], why));
  }
  return first;
}

/** `GSM*` for GSM1: the name up to its first digit. */
function groupOf(name: string): string {
  return `${name.replace(/\d.*$/s, "")}*`;
}

function deviceNames(
  conf: SmsdConf,
  list: string | undefined,
  outcomes: Outcome[],
  lines: readonly ConfLine[],
): readonly string[] {
  if (list === undefined) {
    const sections = conf.sections.filter(({ lines }) => lines.some(({ name }) => name === "device"));
    return [...new Set(sections.map(({ header }) => header.name))].filter(isLegal).slice(0, MAX_MODEMS);
  }
  const names: string[] = [];
  for (const name of expanded(list)) {
    if (!isLegal(name) || names.length === MAX_MODEMS) {
      outcomes.push(dropped(numbers(lines), "smsd's list ends at a name that is empty, too long or not allowed."));
      break;
    }
    if (!names.includes(name)) names.push(name);
  }
  return names;
}

function isLegal(name: string): boolean {
  return MODEM_NAME.test(name) && name !== "default" && name !== "ALL";
}

/** `A, B`, or `GSM*1-8` for eight names. */
function expanded(list: string): readonly string[] {
  const range = /^(.*?)\*(\d{1,4})[^-]*-(\d{1,4})/.exec(list);
  if (range === null) return list.split(",").map((name) => name.trim());
  const [, prefix = "", from = "1", to = "0"] = range;
  const count = Math.min(Math.max(0, Number(to) - Number(from) + 1), MAX_MODEMS);
  return Array.from({ length: count }, (_, index) => `${prefix}${Number(from) + index}`);
}

function effective(
  lines: readonly ConfLine[],
  modem: string | undefined,
  outcomes: Outcome[],
): ReadonlyMap<string, Effective> {
  const settings = new Map<string, Effective>();
  for (const line of lines) {
    if (line.kind !== "setting") {
      outcomes.push(dropped([line.number], "This is no `name = value`; smsd refuses to start with it."));
      continue;
    }
    const name = ALIASES.get(line.name) ?? line.name;
    const value = modem !== undefined && NAMED.test(name) ? line.value.replace("modemname", modem) : line.value;
    const before = settings.get(name);
    if (before && REPEATABLE.has(name)) {
      settings.set(name, { name, values: [...before.values, value], lines: [...before.lines, line] });
      continue;
    }
    if (before) {
      const how = before.values[0] === value ? "repeats" : "overrides";
      outcomes.push(dropped(numbers(before.lines), `Line ${line.number} ${how} it.`));
    }
    settings.set(name, { name, values: [value], lines: [line] });
  }
  return settings;
}

function unusedSection({ header, lines }: ConfSection): Outcome {
  const all = [header.number, ...numbers(lines)];
  if (/^(queues|providers?)$/.test(header.name)) {
    return dropped(all, "Queues by provider do not exist here: every modem takes every message.");
  }
  return dropped(all, "`devices` names no modem that would use this section.");
}

export function numbers(lines: readonly ConfLine[]): readonly number[] {
  return lines.map(({ number }) => number);
}
