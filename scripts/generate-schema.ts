import { writeFile } from "node:fs/promises";
import { schemaText } from "../provision/inventory/schema-text.ts";

// Writes the schema that editors read. A unit test fails while it is out of step.
await writeFile(new URL("../inventory.schema.json", import.meta.url), schemaText());
