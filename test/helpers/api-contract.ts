import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { expect } from "vitest";
import { PROBLEMS } from "../../agent/http/problem.ts";
import type { Route } from "../../agent/http/route.ts";
import { ROUTES } from "../../agent/http/routes.ts";
import type { Got } from "./http-client.ts";

interface Response {
  readonly content: Readonly<Record<string, { readonly schema?: object }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, Response>>;
}

export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const FILE = new URL("../../docs/reference/openapi.json", import.meta.url);

/** The document as it is published. */
export const DOCUMENT: ApiDocument = JSON.parse(readFileSync(FILE, "utf8"));

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema({ $id: "urn:modemkeeper:openapi", ...DOCUMENT });
const compiled = new Map<object, ValidateFunction>();

/** An answer is one that the document has for this operation: status, type, and every field. `method`: of the operation. */
export function expectListed(got: Got, method: string, path: string): void {
  const operation = DOCUMENT.paths[path]?.[method.toLowerCase()];
  const response = operation?.responses[String(got.status)];
  expect(
    response,
    `${method} ${path} answered ${got.status}, which the document does not know: ${got.body}`,
  ).toBeDefined();
  const type = String(got.headers["content-type"]);
  expect(Object.keys(response?.content ?? {})).toContain(type);
  expectSafe(got);
  const schema = response?.content[type]?.schema;
  if (schema === undefined || got.body === "") return;
  const validate = compiled.get(schema) ?? ajv.compile(absolute(schema));
  compiled.set(schema, validate);
  expect(validate(got.value), `${method} ${path}: ${JSON.stringify(validate.errors)}`).toBe(true);
  if (got.status < 400) return;
  const { code, status } = got.value as { code: keyof typeof PROBLEMS; status: number };
  expect(PROBLEMS[code][0]).toBe(got.status);
  expect(status).toBe(got.status);
}

/** No answer is kept, taken for something else, or tells how the program is made. */
export function expectSafe({ headers, body }: Got): void {
  expect(headers).toMatchObject({
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  });
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
  expect(headers["access-control-allow-origin"]).toBeUndefined();
  expect(headers["x-powered-by"]).toBeUndefined();
  expect(body).not.toMatch(/node_modules|at \S+ \(|\.ts:\d+/);
}

function absolute(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"urn:modemkeeper:openapi#/'));
}

/** Every route with an address that it answers. */
export const OPERATIONS = (Object.entries(ROUTES) as readonly (readonly [string, Route])[]).map(([id, route]) => {
  const address = route.path.replace("{name}", "SIM7600").replace("{id}", "0".repeat(32));
  return { id, route, address };
});
