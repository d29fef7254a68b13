// The last step of the build: computes ahead what would cost every command a third of a second,
// and puts the results in place of the modules that compute it when run from source. Copies what tsc leaves where it is.
import { copyFile, cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import standaloneCode from "ajv/dist/standalone/index.js";
import Handlebars from "handlebars";
import { parse } from "yaml";

const root = new URL("../", import.meta.url);
const dist = new URL("dist/provision/", root);

async function fromDist(path) {
  return import(new URL(path, dist).href);
}

/** ajv's code for the inventory's schema, with the interface of shape-validator.ts. */
async function writeValidator() {
  const [{ AJV_OPTIONS }, { FIX_KEYWORD, SECRET_KEYWORD }, { inventorySchema }] = await Promise.all([
    fromDist("inventory/ajv-options.js"),
    fromDist("inventory/schema/build.js"),
    fromDist("inventory/schema.js"),
  ]);
  const ajv = new Ajv2020({ ...AJV_OPTIONS, code: { source: true, esm: true } });
  ajv.addVocabulary([FIX_KEYWORD, SECRET_KEYWORD]);
  const code = standaloneCode.default(ajv, ajv.compile(inventorySchema));
  const lines = [
    'import { createRequire } from "node:module";',
    "const require = createRequire(import.meta.url);",
    code,
    "export function shapeValidator() { return validate; }",
    "",
  ];
  await writeFile(new URL("inventory/shape-validator.js", dist), lines.join("\n"));
}

/** All rows of the catalogue, with the interface of catalogue-rows.ts. */
async function writeCatalogue() {
  const folder = new URL("provision/models/catalogue/", root);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".yaml")).sort();
  const files = await Promise.all(names.map((name) => readFile(new URL(name, folder), "utf8")));
  const rows = files.flatMap((text) => parse(text));
  await assertValid(rows);
  const code = `const rows = ${JSON.stringify(rows)};\nexport async function catalogueRows() { return rows; }\n`;
  await writeFile(new URL("models/catalogue-rows.js", dist), code);
}

async function assertValid(models) {
  const { shapeValidator } = await fromDist("inventory/shape-validator.js");
  const validate = shapeValidator();
  if (validate({ version: 1, modems: [{ name: "any", model: "any" }], models })) return;
  throw new Error(`The catalogue does not fit its schema: ${JSON.stringify(validate.errors, null, 1)}`);
}

/** Every template as code, with the interface of compile.ts; filling in needs a sixth of Handlebars. */
async function writeTemplates() {
  const [{ TEMPLATE_SYNTAX }, { COMPILE_OPTIONS, parseTemplate }] = await Promise.all([
    fromDist("desired/template-list.js"),
    fromDist("desired/compile.js"),
  ]);
  const entries = [...TEMPLATE_SYNTAX].map(async ([name, syntax]) => {
    const text = await readFile(new URL(name, root), "utf8");
    const code = Handlebars.precompile(parseTemplate(name, text, Object.keys(syntax)), COMPILE_OPTIONS);
    return `[${JSON.stringify(name)}, { text: ${JSON.stringify(text)}, code: ${code} }]`;
  });
  const lines = [
    'import Handlebars from "handlebars/runtime.js";',
    'import { ModemkeeperError } from "../../core/errors.js";',
    `const built = new Map([${(await Promise.all(entries)).join(",\n")}]);`,
    "export function compileTemplate(name, text) {",
    "  const template = built.get(name);",
    "  if (template?.text === text) return Handlebars.template(template.code);",
    "  throw new ModemkeeperError('precondition-missing', 'the program was built with another ' + name, {",
    "    fix: 'change it in the source, then install the program again with `sudo ./bootstrap.sh`',",
    "  });",
    "}",
    "",
  ];
  await writeFile(new URL("desired/compile.js", dist), lines.join("\n"));
}

// What the agent answers as it stands.
await copyFile(new URL("agent/http/openapi.json", root), new URL("dist/agent/http/openapi.json", root));
/** What the status page is put together from; read beside the module that does it. */
async function copyPage() {
  const from = new URL("agent/http/page/", root);
  const to = new URL("dist/agent/http/page/", root);
  const filter = (path) => !/\.(?:ts|json)$/.test(path);
  for (const part of ["page.html", "style", "browser"]) {
    await cp(new URL(part, from), new URL(part, to), { recursive: true, filter });
  }
}

/** What each shell reads when Tab is pressed behind one of our commands, under the name by which it looks. */
async function writeCompletions() {
  const [{ modemkeeperProgram }, { provisionProgram }, { completionScript, SHELLS }] = await Promise.all([
    fromDist("../agent/commands/program.js"),
    fromDist("commands/program.js"),
    fromDist("commands/completion/script.js"),
  ]);
  const notRun = { version: "", context: () => Promise.reject(new Error("not run")), finished: () => undefined };
  const fileName = { bash: (name) => name, zsh: (name) => `_${name}`, fish: (name) => `${name}.fish` };
  for (const shell of SHELLS) {
    const folder = new URL(`dist/completions/${shell}/`, root);
    await mkdir(folder, { recursive: true });
    for (const program of [modemkeeperProgram(notRun), provisionProgram(notRun)]) {
      await writeFile(new URL(fileName[shell](program.name()), folder), completionScript(program, shell));
    }
  }
}

await writeValidator();
await writeCatalogue();
await writeTemplates();
await copyPage();
await writeCompletions();
