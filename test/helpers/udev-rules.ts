/** One `KEY operator "value"` of a rule. */
export interface UdevToken {
  readonly key: string;
  readonly operator: "==" | "!=" | "=" | "+=";
  readonly value: string;
}

export type UdevRule = readonly UdevToken[];

const TOKEN = /^([A-Z]+(?:\{[^}"]+\})?)(==|!=|\+=|=)"([^"\\]*)"/;

/**
 * Rules in the part of udev's grammar that we write (udev(7)).
 * @throws Error for a line that is no rule
 */
export function parseRules(text: string): readonly UdevRule[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
  return lines.map(parseRule);
}

function parseRule(line: string): UdevRule {
  const tokens: UdevToken[] = [];
  let rest = line;
  while (rest !== "") {
    const [whole, key, operator, value] = TOKEN.exec(rest) ?? [];
    if (whole === undefined || key === undefined || value === undefined) throw new Error(`not a rule: ${line}`);
    tokens.push({ key, operator: operator as UdevToken["operator"], value });
    rest = rest.slice(whole.length).replace(/^, /, "");
  }
  return tokens;
}

/** True if all comparisons of a rule hold. Knows properties, and attributes of one parent. */
export function matches(
  rule: UdevRule,
  env: Readonly<Record<string, string>>,
  attributes: Readonly<Record<string, string>>,
): boolean {
  return rule
    .filter(({ operator }) => operator === "==" || operator === "!=")
    .every(({ key, operator, value }) => {
      const [, kind, name = ""] = /^([A-Z]+)\{(.*)\}$/.exec(key) ?? [];
      if (kind !== "ENV" && kind !== "ATTRS") return false;
      const actual = (kind === "ENV" ? env : attributes)[name] ?? "";
      return globMatches(value, actual) === (operator === "==");
    });
}

/** fnmatch(3) with udev's alternatives. */
function globMatches(glob: string, text: string): boolean {
  return glob.split("|").some((one) => {
    const pattern = one
      .replace(/[.+^${}()\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".");
    return new RegExp(`^${pattern}$`, "s").test(text);
  });
}
