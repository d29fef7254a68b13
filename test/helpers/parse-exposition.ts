/** One line with a value. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Exposition {
  readonly series: readonly Series[];
  /** By metric. */
  readonly types: ReadonlyMap<string, string>;
  readonly help: ReadonlyMap<string, string>;
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const HELP = new RegExp(`^# HELP (${NAME}) ((?:[^\\\\\\n]|\\\\[\\\\n])*)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;
const LINE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (-?\\d+(?:\\.\\d+)?(?:e[+-]\\d+)?|[+-]Inf|NaN)$`, "s");

/**
 * Reads Prometheus' text format 0.0.4 as strictly as its description allows, and more strictly where Prometheus forgives.
 * @throws Error that names the line
 */
export function parseExposition(text: string): Exposition {
  if (text !== "" && !text.endsWith("\n")) throw new Error("the last line has no end");
  const series: Series[] = [];
  const types = new Map<string, string>();
  const help = new Map<string, string>();
  const seen = new Set<string>();
  for (const line of text.split("\n").slice(0, -1)) {
    const [, described, words] = HELP.exec(line) ?? [];
    const [, typed, type] = TYPE.exec(line) ?? [];
    if (described !== undefined) once(help, described, words ?? "", line);
    else if (typed !== undefined) once(types, typed, type ?? "", line);
    else {
      if (seen.has(line.slice(0, line.lastIndexOf(" ")))) throw new Error(`twice: ${line}`);
      seen.add(line.slice(0, line.lastIndexOf(" ")));
      series.push(seriesOf(line));
    }
  }
  return { series, types, help };
}

/** Values of the metric by their labels as JSON. */
export function valuesOf({ series }: Pick<Exposition, "series">, name: string): Readonly<Record<string, number>> {
  const own = series.filter((one) => one.name === name);
  return Object.fromEntries(own.map(({ labels, value }) => [Object.values(labels).join(" "), value]));
}

function once(known: Map<string, string>, name: string, value: string, line: string): void {
  if (known.has(name)) throw new Error(`twice: ${line}`);
  known.set(name, value);
}

function seriesOf(line: string): Series {
  const [, name, labels = "", value = ""] = LINE.exec(line) ?? [];
  if (name === undefined) throw new Error(`no series: ${JSON.stringify(line)}`);
  return { name, labels: labelsOf(labels, line), value: Number(value.replace("Inf", "Infinity")) };
}

function labelsOf(text: string, line: string): Readonly<Record<string, string>> {
  const found: [string, string][] = [];
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const [, label, value] = LABEL.exec(text) ?? [];
    if (label === undefined || value === undefined) throw new Error(`labels: ${JSON.stringify(line)}`);
    found.push([label, value.replace(/\\(.)/g, (_, sign: string) => (sign === "n" ? "\n" : sign))]);
  }
  return Object.fromEntries(found);
}
