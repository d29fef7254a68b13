import Handlebars from "handlebars";

/** How one target syntax makes values safe: helpers by the name that its templates call them. */
export type Syntax = Readonly<Record<string, (value: string) => string>>;

type Context = Readonly<Record<string, unknown>>;

/** Block helpers of Handlebars that print nothing themselves. */
const BLOCKS = new Set(["if", "unless", "each", "with"]);

/**
 * Renders one template. A template can print a value only through a helper of its syntax:
 * one that would print a value as it is, is refused before anything is rendered.
 * @throws ModemkeeperError inventory-invalid for a value that the syntax cannot carry
 * @throws Error for a mistake in the template: a missing name, a raw value
 */
export function renderTemplate(name: string, text: string, syntax: Syntax, context: Context): string {
  const program = Handlebars.parse(text, { srcName: name });
  new RawValueGuard(name, syntax).accept(program);
  const helpers = Object.fromEntries(Object.entries(syntax).map(([helper, safe]) => [helper, printing(name, safe)]));
  const render = Handlebars.compile(program, { strict: true, noEscape: true, knownHelpersOnly: false });
  return render(context, { helpers });
}

/** Numbers are printed like texts; anything else is a mistake in the template, such as a name it misspells. */
function printing(template: string, safe: (value: string) => string): (value: unknown, call: HelperCall) => string {
  return (value, { loc }) => {
    if (typeof value === "string") return safe(value);
    if (typeof value === "number" && Number.isFinite(value)) return safe(String(value));
    throw new TypeError(`${position(template, loc)}: the template prints a value of type ${typeof value}`);
  };
}

/** What Handlebars passes to a helper after its parameters. */
interface HelperCall {
  readonly loc: hbs.AST.SourceLocation;
}

function position(template: string, { start }: hbs.AST.SourceLocation): string {
  return `${template}:${start.line}:${start.column + 1}`;
}

class RawValueGuard extends Handlebars.Visitor {
  private readonly template: string;
  private readonly syntax: Syntax;

  constructor(template: string, syntax: Syntax) {
    super();
    this.template = template;
    this.syntax = syntax;
  }

  override MustacheStatement(statement: hbs.AST.MustacheStatement): void {
    if (statement.params.length === 1 && nameOf(statement.path) in this.syntax) return;
    this.fail(statement, "prints a value without an escape");
  }

  override BlockStatement(statement: hbs.AST.BlockStatement): void {
    if (!BLOCKS.has(nameOf(statement.path))) this.fail(statement, "uses an unknown block");
    super.BlockStatement(statement);
  }

  override PartialBlockStatement(statement: hbs.AST.PartialBlockStatement): void {
    this.fail(statement, "uses a partial");
  }

  override PartialStatement(statement: hbs.AST.PartialStatement): void {
    this.fail(statement, "uses a partial");
  }

  private fail(node: hbs.AST.Node, what: string): never {
    throw new Error(`${position(this.template, node.loc)}: the template ${what}`);
  }
}

function nameOf(path: hbs.AST.PathExpression | hbs.AST.Literal): string {
  return "parts" in path ? path.parts.join(".") : "";
}
