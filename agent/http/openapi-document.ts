import { API_SCHEMAS, type Schema } from "./openapi-schemas.ts";
import { PROBLEMS, type ProblemCode } from "./problem.ts";
import type { Answer, Route } from "./route.ts";
import { ROUTES } from "./routes.ts";

/** The formats of commands that the API answers, too: `docs/reference/json/NAME.schema.json`. */
export const COMMAND_SCHEMAS = ["status-1", "messages-1", "at-1"] as const;

/**
 * The OpenAPI 3.1 document, made from the table of routes. `schemas`: those of `COMMAND_SCHEMAS`, by name. The document is
 * made ahead and shipped: the agent only reads it.
 */
export function openApiDocument(schemas: Readonly<Record<string, Schema>>): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const [id, route] of Object.entries(ROUTES) as readonly (readonly [string, Route])[]) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(id, route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "modemkeeper",
      version: "1",
      description:
        "How an SMS gateway stands, and what can be done about it. Everybody on this machine may read over loopback; changes, and everything from elsewhere, need a bearer token. Over the unix socket root may do everything.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "http://127.0.0.1:8070" }],
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer", description: "A line of http.token." } },
      schemas: Object.assign({}, API_SCHEMAS, ...COMMAND_SCHEMAS.map((name) => components(name, schemas[name]))),
    },
  };
}

/** A schema of a file of its own as components: what it keeps under `$defs` stands beside it, `status-1.queue`. */
function components(name: string, schema: Schema | undefined): Schema {
  if (!schema) throw new Error(`docs/reference/json has no ${name}`);
  const { $schema: _, $id: __, ...rest } = schema;
  const moved = JSON.stringify(rest).replaceAll('"#/$defs/', `"#/components/schemas/${name}.`);
  const { $defs = {}, ...own } = JSON.parse(moved) as Schema & { readonly $defs?: Schema };
  const parts = Object.entries($defs).map(([part, value]) => [`${name}.${part}`, value] as const);
  return { [name]: own, ...Object.fromEntries(parts) };
}

function operation(id: string, route: Route): Schema {
  const { summary, params = {}, query = {}, body, may } = route;
  const parameters = [
    ...Object.entries(params).map((entry) => parameter(entry, "path")),
    ...Object.entries(query).map((entry) => parameter(entry, "query")),
  ];
  return {
    operationId: id,
    summary,
    // An empty requirement: not everywhere is a token needed to read.
    ...(may === "anyone" ? {} : { security: may === "read" ? [{}, { token: [] }] : [{ token: [] }] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body
      ? {
          requestBody: {
            required: (body.required ?? []).length > 0,
            content: { "application/json": { schema: body } },
          },
        }
      : {}),
    responses: { [String(route.answer.status)]: answer(route.answer), ...refusals(route) },
  };
}

function parameter([name, { description, ...schema }]: [string, { description: string }], place: "path" | "query") {
  return { name, in: place, required: place === "path", description, schema };
}

function answer({ status, description, type, schema }: Answer): Schema {
  const content = { [type]: schema === undefined ? {} : { schema: { $ref: `#/components/schemas/${schema}` } } };
  const location = { Location: { description: "Address of the job.", schema: { type: "string" } } };
  return { description, ...(status === 202 ? { headers: location } : {}), content };
}

/** Every way in which it may be refused, by status. */
function refusals(route: Route): Schema {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codesOf(route)) {
    const [status] = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const entries = [...byStatus].map(([status, codes]) => [String(status), refusal(codes)] as const);
  return Object.fromEntries(entries);
}

function refusal(codes: readonly ProblemCode[]): Schema {
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code][1]}.`).join(" "),
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
}

const ALL: readonly ProblemCode[] = ["bad-target", "bad-parameter", "cross-site", "wrong-host", "too-many", "internal"];
const GUARDED: readonly ProblemCode[] = ["token-needed", "wrong-token", "no-token"];
const WITH_BODY: readonly ProblemCode[] = ["bad-json", "cut-off", "body-too-long", "not-json", "bad-body"];

function codesOf({ may, params, body, problems = [] }: Route): readonly ProblemCode[] {
  return [
    ...ALL,
    // Also where none is needed: one that is shown is looked at.
    ...(may === "anyone" ? (["wrong-token"] as const) : GUARDED),
    ...(params ? (["not-found"] as const) : []),
    ...(body ? WITH_BODY : []),
    ...problems,
  ];
}
