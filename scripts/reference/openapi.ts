import { readFile } from "node:fs/promises";
import { COMMAND_SCHEMAS, openApiDocument } from "../../agent/http/openapi-document.ts";

const FOLDER = new URL("../../docs/reference/json/", import.meta.url);

/** The API's OpenAPI document. */
export async function openApiText(): Promise<string> {
  const schemas = COMMAND_SCHEMAS.map(async (name) => {
    return [name, JSON.parse(await readFile(new URL(`${name}.schema.json`, FOLDER), "utf8"))] as const;
  });
  return `${JSON.stringify(openApiDocument(Object.fromEntries(await Promise.all(schemas))), null, 2)}\n`;
}
