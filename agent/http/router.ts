import { Problem } from "./problem.ts";
import type { Route } from "./route.ts";
import { type OperationId, ROUTES } from "./routes.ts";
import { misfit, type ValueSchema } from "./schema.ts";

export type Values = Readonly<Record<string, string | number>>;

export interface Match {
  readonly id: OperationId;
  readonly route: Route;
  /** Of path and query, checked, defaults filled in. */
  readonly values: Values;
}

interface Target {
  readonly segments: readonly string[];
  readonly query: string;
}

const OPERATIONS = Object.entries(ROUTES) as readonly (readonly [OperationId, Route])[];
/** No address of ours is near this. */
const LONGEST = 2_048;

/**
 * Which route a request is for. `target` as sent.
 * @throws Problem bad-target, not-found, method-not-allowed, bad-parameter
 */
export function route(method: string, target: string): Match {
  const { segments, query } = parse(target);
  const here = OPERATIONS.flatMap(([id, one]) => {
    const params = paramsOf(one.path, segments);
    return params && fits(params, one.params) ? [{ id, route: one, params }] : [];
  });
  if (here.length === 0) throw new Problem("not-found", "No such address; /openapi.json lists those that there are.");
  const found = here.find((one) => one.route.method === (method === "HEAD" ? "GET" : method));
  if (!found) {
    const allow = here.flatMap((one) => (one.route.method === "GET" ? ["GET", "HEAD"] : [one.route.method])).join(", ");
    throw new Problem("method-not-allowed", `This address takes ${allow}.`, { headers: { allow } });
  }
  return { id: found.id, route: found.route, values: { ...found.params, ...queryOf(query, found.route) } };
}

function parse(target: string): Target {
  const [path = "", ...rest] = target.split("?");
  if (!path.startsWith("/") || target.length > LONGEST || path.includes("#")) {
    throw new Problem("bad-target", "An address begins with / and is short.");
  }
  return { segments: path.slice(1).split("/").map(decoded), query: rest.join("?") };
}

/** One segment. Nothing that could name another place by another way. */
function decoded(segment: string): string {
  const text = unescaped(segment);
  if (text === undefined || text === "." || text === ".." || /[/\\\p{Cc}]/u.test(text)) {
    throw new Problem("bad-target", "The address holds what an address of ours never does.");
  }
  return text;
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function paramsOf(path: string, segments: readonly string[]): Readonly<Record<string, string>> | undefined {
  const wanted = path.slice(1).split("/");
  if (wanted.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const given = segments[index] ?? "";
    if (part.startsWith("{")) params[part.slice(1, -1)] = given;
    else if (part !== given) return undefined;
  }
  return params;
}

function fits(params: Readonly<Record<string, string>>, schemas: Route["params"] = {}): boolean {
  return Object.entries(schemas).every(([name, schema]) => misfit(params[name], schema) === undefined);
}

function queryOf(query: string, { query: schemas = {} }: Route): Values {
  const values: Record<string, string | number> = {};
  for (const [name, text] of new URLSearchParams(query)) {
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    if (!schema) throw new Problem("bad-parameter", `There is no parameter ${JSON.stringify(name.slice(0, 40))} here.`);
    if (Object.hasOwn(values, name)) throw new Problem("bad-parameter", `The parameter ${name} is given twice.`);
    values[name] = typed(name, text, schema);
  }
  for (const [name, schema] of Object.entries(schemas)) {
    if (schema.type === "integer" && schema.default !== undefined) values[name] ??= schema.default;
  }
  return values;
}

function typed(name: string, text: string, schema: ValueSchema): string | number {
  const value = schema.type === "integer" && /^\d{1,9}$/.test(text) ? Number(text) : text;
  const wrong = misfit(value, schema);
  if (wrong !== undefined) throw new Problem("bad-parameter", `The parameter ${name} ${wrong}.`);
  return value;
}
