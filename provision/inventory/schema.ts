import { flag, type JsonSchema, list, object } from "./schema/build.ts";
import { MODEM_SETTINGS_DEFINITION, modemModelSchema, modemSchema } from "./schema/modem.ts";
import { sectionSchemas } from "./schema/sections.ts";
import { modemSettingsSchema, smsdSchema } from "./schema/smsd.ts";

/** JSON Schema 2020-12 of `inventory.yaml`; editors get it as inventory.schema.json. */
export const inventorySchema: JsonSchema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:modemkeeper:inventory:1",
  title: "modemkeeper inventory",
  ...object(
    "Which USB modems this machine has, and how its SMS service must behave.",
    {
      version: { type: "integer", const: 1, description: "Version of this format." },
      host: object("The machine.", {
        install_packages: flag("Install missing Debian packages during apply."),
      }),
      modems: list("The modems that this machine has.", modemSchema(), { minItems: 1, maxItems: 1000 }),
      models: list("Kinds of modems that the catalogue lacks.", modemModelSchema(), { maxItems: 200 }),
      smsd: smsdSchema(),
      ...sectionSchemas(),
    },
    { required: ["version", "modems"] },
  ),
  $defs: { [MODEM_SETTINGS_DEFINITION]: modemSettingsSchema() },
};
