import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Route } from "../../../../agent/http/route.ts";
import { ROUTES } from "../../../../agent/http/routes.ts";
import { bodyMisfit, misfit } from "../../../../agent/http/schema.ts";

const ajv = new Ajv2020({ strict: false });
const routes = Object.values(ROUTES) as readonly Route[];
const anything = fc.oneof(
  fc.string({ unit: "binary", maxLength: 140 }),
  fc.integer({ min: -5, max: 1_100 }),
  fc.double(),
  fc.constantFrom(
    null,
    true,
    [],
    {},
    "30m",
    "usb-reset",
    "SIM7600",
    "AT+CSQ",
    "",
    "x".repeat(501),
    "\u{1f600}".repeat(500),
  ),
);

test("what is refused of a body is what a validator of all of JSON Schema refuses", () => {
  for (const body of routes.flatMap((route) => route.body ?? [])) {
    const valid = ajv.compile(body);
    const names = fc.constantFrom(...Object.keys(body.properties), "other", "__proto__", "constructor");
    const value = fc.oneof(anything, fc.dictionary(names, anything, { maxKeys: 3 }));
    fc.assert(
      fc.property(value, (given) => {
        // As it comes over the wire.
        const sent: unknown = JSON.parse(JSON.stringify(given));
        expect(bodyMisfit(sent, body) === undefined).toBe(valid(sent));
      }),
    );
  }
});

test("and of a parameter", () => {
  const schemas = routes.flatMap(({ params = {}, query = {} }) => [...Object.values(params), ...Object.values(query)]);
  for (const schema of schemas) {
    const valid = ajv.compile(schema);
    fc.assert(
      fc.property(anything, (value) => {
        expect(misfit(value, schema) === undefined).toBe(valid(value));
      }),
    );
  }
});

test("what is wrong is named", () => {
  const body = ROUTES.at.body;
  expect(bodyMisfit([], body)).toBe("the body must be an object");
  expect(bodyMisfit({}, body)).toBe('"command" is missing');
  expect(bodyMisfit({ comand: "AT" }, body)).toBe('"comand" is not known here; known: command');
  expect(bodyMisfit({ command: 7 }, body)).toBe('"command" must be a string');
  expect(bodyMisfit({ rung: "hammer" }, ROUTES.reset.body)).toContain('"rung" must be one of at-reset, ');
});
