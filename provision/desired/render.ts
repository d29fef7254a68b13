import { compileTemplate } from "./compile.ts";

/** How one target syntax makes values safe: helpers by the name that its templates call them. */
export type Syntax = Readonly<Record<string, (value: string) => string>>;

type Context = Readonly<Record<string, unknown>>;

/**
 * Renders one template. A template can print a value only through a helper of its syntax:
 * one that would print a value as it is, is refused before anything is rendered.
 * @throws ModemkeeperError inventory-invalid for a value that the syntax cannot carry
 * @throws Error for a mistake in the template: a missing name, a raw value
 */
export function renderTemplate(name: string, text: string, syntax: Syntax, context: Context): string {
  const render = compileTemplate(name, text, Object.keys(syntax));
  const helpers = Object.fromEntries(Object.entries(syntax).map(([helper, safe]) => [helper, printing(name, safe)]));
  return render(context, { helpers });
}

/** Numbers are printed like texts; anything else is a mistake in the template, such as a name it misspells. */
function printing(template: string, safe: (value: string) => string): (value: unknown, call: HelperCall) => string {
  return (value, { loc }) => {
    if (typeof value === "string") return safe(value);
    if (typeof value === "number" && Number.isFinite(value)) return safe(String(value));
    const position = `${template}:${loc.start.line}:${loc.start.column + 1}`;
    throw new TypeError(`${position}: the template prints a value of type ${typeof value}`);
  };
}

/** What Handlebars passes to a helper after its parameters. */
interface HelperCall {
  readonly loc: hbs.AST.SourceLocation;
}
