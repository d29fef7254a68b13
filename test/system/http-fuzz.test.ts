import { Validator } from "@seriousme/openapi-schema-validator";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DOCUMENT, expectListed, expectSafe } from "../helpers/api-contract.ts";
import { type RealApi, realApi, TOKEN } from "../helpers/api-desk.ts";
import { type Got, send } from "../helpers/http-client.ts";

/*
 * Requests made from the OpenAPI document alone, as somebody would who knows nothing else: right ones, nearly right ones,
 * and nonsense. Whatever comes, the server answers soon, with what the document lists, and never with a fault.
 */

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query";
  readonly schema: JsonSchema;
}

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

interface Fuzzed {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> };
}

const operations = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) => {
  return Object.entries(methods).map(([method, operation]) => {
    return { id: operation.operationId, path, method: method.toUpperCase(), operation: operation as Fuzzed };
  });
});

const NONSENSE = [
  "",
  "..",
  "%2e%2e",
  "%00",
  "-",
  "--yes",
  "$(id)",
  "'; rm -rf /",
  "\u202e",
  "\ud800",
  "9".repeat(400),
  "null",
];
const nonsense = fc.oneof(fc.constantFrom(...NONSENSE), fc.string({ unit: "binary", maxLength: 60 }));

function fitting(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.type === "integer") return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 9 });
  if (schema.pattern) return fc.oneof(fc.constantFrom("SIM7600", "30m"), fc.stringMatching(new RegExp(schema.pattern)));
  return fc.string({ maxLength: schema.maxLength ?? 20 });
}

function value(schema: JsonSchema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 3, arbitrary: fitting(schema) }, { weight: 1, arbitrary: nonsense });
}

function bodies({ requestBody }: Fuzzed): fc.Arbitrary<string | undefined> {
  const schema = requestBody?.content["application/json"]?.schema;
  if (!schema) return fc.option(nonsense, { nil: undefined });
  const members = Object.entries(schema.properties ?? {}).map(([name, one]) => [name, value(one)] as const);
  const record = fc.record(Object.fromEntries(members), { requiredKeys: [...(schema.required ?? [])] });
  return fc.oneof(
    { weight: 4, arbitrary: record.map((body) => JSON.stringify(body)) },
    { weight: 1, arbitrary: fc.json({ maxDepth: 4 }) },
    { weight: 1, arbitrary: nonsense },
    { weight: 1, arbitrary: fc.constantFrom(undefined, "[".repeat(5_000), '{"a":'.repeat(2_000), "1e999", "\ufeff{}") },
  );
}

function targets(path: string, { parameters = [] }: Fuzzed): fc.Arbitrary<string> {
  const given = parameters.map((one) => value(one.schema).map((chosen) => [one, String(chosen)] as const));
  return fc
    .tuple(fc.tuple(...given), fc.option(fc.tuple(nonsense, nonsense), { freq: 8, nil: undefined }))
    .map(([chosen, extra]) => {
      const filled = chosen
        .filter(([one]) => one.in === "path")
        .reduce((address, [{ name }, text]) => address.replace(`{${name}}`, () => encoded(text)), path);
      const query = chosen.filter(([one]) => one.in === "query").map(([{ name }, text]) => `${name}=${encoded(text)}`);
      if (extra) query.push(extra.map(encoded).join("="));
      return query.length === 0 ? filled : `${filled}?${query.join("&")}`;
    });
}

function encoded(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString("utf8"));
}

const headers = fc.record(
  {
    authorization: fc.constantFrom(`Bearer ${TOKEN}`, "Bearer x", "Basic x", ""),
    "content-type": fc.constantFrom("application/json", "application/json; charset=utf-8", "text/plain", "*/*", ""),
    "last-event-id": fc.constantFrom("", "x", "0-0", "ffffffff-999999999999999", "-1"),
    host: fc.constantFrom("localhost", "127.0.0.1:1", "evil.example"),
    origin: fc.constant("https://evil.example"),
    "sec-fetch-site": fc.constantFrom("same-origin", "cross-site", "none"),
  },
  { requiredKeys: [] },
);

async function soon(api: RealApi, target: string, sent: Parameters<typeof send>[2]): Promise<Got> {
  const limit = AbortSignal.timeout(5_000);
  const late = new Promise<never>((_, reject) => limit.addEventListener("abort", () => reject(new Error("it hangs"))));
  return Promise.race([send(api.address(), target, sent), late]);
}

test("the document is valid OpenAPI 3.1", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(JSON.parse(JSON.stringify(DOCUMENT)));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(validator.version).toBe("3.1");
});

test.each(operations)(
  "$method $path ($id): over the socket, where nothing else refuses",
  async ({ id, path, method, operation }) => {
    const api = await realApi();
    const asked = id === "events" ? "HEAD" : method;
    await fc.assert(
      fc.asyncProperty(targets(path, operation), bodies(operation), headers, async (target, body, chosen) => {
        const got = await soon(api, target, {
          method: asked,
          headers: chosen,
          socket: api.socket,
          ...(body === undefined ? {} : { body }),
        });
        expect(got.status === 500 || got.status > 503, got.body).toBe(false);
        check(got, method, path, target);
      }),
      { numRuns: 80 },
    );
    expectOnlyOurArguments(api);
  },
);

test.each(operations)(
  "$method $path ($id): over the network, tokens and limits in force",
  async ({ id, path, method, operation }) => {
    const api = await realApi();
    const asked = id === "events" ? "HEAD" : method;
    await fc.assert(
      fc.asyncProperty(targets(path, operation), bodies(operation), headers, async (target, body, chosen) => {
        const got = await soon(api, target, {
          method: asked,
          headers: chosen,
          ...(body === undefined ? {} : { body }),
        });
        expect(got.status).not.toBe(500);
        check(got, method, path, target);
      }),
      { numRuns: 30 },
    );
  },
);

/** An address that no longer is this operation's may be nothing at all, or another one's. */
function check(got: Got, method: string, path: string, target: string): void {
  const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, "[^/?]+")}(\\?|$)`);
  if (pattern.test(target)) expectListed(got, method, path);
  else expectSafe(got);
}

/** What a client chose is one argument, behind `--` or `=`, and no option of its own. */
function expectOnlyOurArguments({ machine }: RealApi): void {
  for (const line of machine.journal.filter((one) => one.startsWith("job "))) {
    expect(line).toMatch(
      /^job --by the HTTP API \(socket\) (smsd (start|restart|stop( --for=\w+)?( --reason=[^\n]*)?)|modem reset( --rung [a-z-]+)? --yes -- SIM7600|sms retry -- [0-9a-f]{32})$/u,
    );
  }
}
