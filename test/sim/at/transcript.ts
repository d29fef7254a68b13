/*
 * Dialogues are written as transcripts a person can read:
 *
 *   # why this entry exists
 *   > AT+CSQ              what the host sends; a final * takes the rest as the argument
 *   ? sim                 a condition that must hold, else its error is the answer
 *   ~ 300                 milliseconds before the answer
 *   < +CSQ: {signal},99   what the modem prints; {name} is filled in from its state
 *   ! delete              a stateful action (at/actions.ts), which answers by itself
 *   < OK
 */

export type Step =
  | { readonly kind: "reply"; readonly text: string }
  | { readonly kind: "wait"; readonly milliseconds: number }
  | { readonly kind: "require"; readonly condition: string }
  | { readonly kind: "act"; readonly action: string };

export interface Entry {
  /** Upper case, without the final `*`. */
  readonly command: string;
  readonly takesArgument: boolean;
  readonly steps: readonly Step[];
}

export type Dialogue = readonly Entry[];

/**
 * Reads a transcript.
 * @throws Error naming the line that makes no sense
 */
export function parseTranscript(text: string): Dialogue {
  const entries: { command: string; takesArgument: boolean; steps: Step[] }[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const rest = line.slice(1).trim();
    if (line.startsWith(">")) {
      entries.push({ ...splitPattern(rest), steps: [] });
      continue;
    }
    const step = parseStep(line[0] ?? "", rest);
    const entry = entries.at(-1);
    if (!step || !entry) throw new Error(`transcript line ${index + 1} makes no sense: "${line}"`);
    entry.steps.push(step);
  }
  return entries;
}

function splitPattern(pattern: string): { command: string; takesArgument: boolean } {
  const takesArgument = pattern.endsWith("*");
  return { command: (takesArgument ? pattern.slice(0, -1) : pattern).toUpperCase(), takesArgument };
}

function parseStep(sign: string, rest: string): Step | undefined {
  switch (sign) {
    case "<":
      return { kind: "reply", text: rest };
    case "~":
      return /^\d+$/.test(rest) ? { kind: "wait", milliseconds: Number(rest) } : undefined;
    case "?":
      return { kind: "require", condition: rest };
    case "!":
      return { kind: "act", action: rest };
    default:
      return undefined;
  }
}

/** The first entry that fits: earlier tables override later ones. */
export function findEntry(dialogue: Dialogue, command: string): { entry: Entry; argument: string } | undefined {
  const upper = command.toUpperCase();
  for (const entry of dialogue) {
    if (entry.takesArgument ? upper.startsWith(entry.command) : upper === entry.command) {
      return { entry, argument: command.slice(entry.command.length) };
    }
  }
  return undefined;
}

/** Splits `AT+CMEE=1;+CREG=2` into commands of their own; a semicolon inside quotes is text. */
export function splitCommands(line: string): string[] {
  const body = line.trim().slice(2);
  if (body === "") return ["AT"];
  const parts = body.match(/(?:"[^"]*"|[^;"])+/g) ?? [];
  return parts.map((part) => `AT${part.trim()}`);
}
