import Handlebars from "handlebars";

/** A template ready to be filled in. */
export type CompiledTemplate = (
  context: Readonly<Record<string, unknown>>,
  options: { readonly helpers: Readonly<Record<string, Handlebars.HelperDelegate>> },
) => string;

export const COMPILE_OPTIONS = { strict: true, noEscape: true, knownHelpersOnly: false } as const;

/** Block helpers of Handlebars that print nothing themselves. */
const BLOCKS = new Set(["if", "unless", "each", "with"]);

/**
 * A template as a function. Compiling takes a tenth of a second for all of them,
 * so the build replaces this module by its own result (scripts/copy-data.mjs).
 * @throws Error for a template that prints a value otherwise than through one of `helpers`
 */
export function compileTemplate(name: string, text: string, helpers: readonly string[]): CompiledTemplate {
  const key = JSON.stringify([name, text, helpers]);
  const known = compiled.get(key);
  if (known) return known;
  const template = Handlebars.compile(parseTemplate(name, text, helpers), COMPILE_OPTIONS);
  compiled.set(key, template);
  return template;
}

/** A process that plans more than once, such as a test, compiles each but once. */
const compiled = new Map<string, CompiledTemplate>();

/** @throws Error like compileTemplate */
export function parseTemplate(name: string, text: string, helpers: readonly string[]): hbs.AST.Program {
  const program = Handlebars.parse(text, { srcName: name });
  new RawValueGuard(name, helpers).accept(program);
  return program;
}

class RawValueGuard extends Handlebars.Visitor {
  private readonly template: string;
  private readonly helpers: readonly string[];

  constructor(template: string, helpers: readonly string[]) {
    super();
    this.template = template;
    this.helpers = helpers;
  }

  override MustacheStatement(statement: hbs.AST.MustacheStatement): void {
    if (statement.params.length === 1 && this.helpers.includes(nameOf(statement.path))) return;
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

  private fail({ loc }: hbs.AST.Node, what: string): never {
    throw new Error(`${this.template}:${loc.start.line}:${loc.start.column + 1}: the template ${what}`);
  }
}

function nameOf(path: hbs.AST.PathExpression | hbs.AST.Literal): string {
  return "parts" in path ? path.parts.join(".") : "";
}
