import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { inventorySchema } from "../../../provision/inventory/schema.ts";
import { schemaText } from "../../../provision/inventory/schema-text.ts";

const root = new URL("../../../", import.meta.url);

test("inventory.schema.json is in step; `npm run docs` writes it", () => {
  expect(readFileSync(new URL("inventory.schema.json", root), "utf8")).toBe(schemaText());
});

test("it is valid JSON Schema 2020-12 that an editor's own validator can use", () => {
  const ajv = new Ajv2020({ strict: false });
  expect(ajv.validateSchema(inventorySchema)).toBe(true);
  const validate = ajv.compile(inventorySchema);
  expect(validate(parse(readFileSync(new URL("inventory.yaml", root), "utf8")))).toBe(true);
});

test("every property tells an editor what it is for", () => {
  const silent: string[] = [];
  visit(inventorySchema, "");
  expect(silent).toEqual([]);

  function visit(node: unknown, path: string): void {
    if (typeof node !== "object" || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === "properties") {
        for (const [name, schema] of Object.entries(value as Record<string, object>)) {
          if (!("description" in schema) && !("$ref" in schema)) silent.push(`${path}.${name}`);
        }
      }
      visit(value, `${path}.${key}`);
    }
  }
});
