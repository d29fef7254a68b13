/** `import { a, b } from "./name.js";`, as the formatter writes it, on one line or several. */
const IMPORT = /^import (\{[^}]*\}) from "\.\/([a-z-]+\.js)";$/gm;
const EXPORT = /^export (?=(?:async function|function|class|const) (\w+))/gm;
/** Any other form would be left in the text and fail in the browser only. */
const LEFT_OVER = /^(?:import|export)\b.*/m;

/**
 * One script of all the modules that `entry` needs, each after those that it imports, and each in a scope of its own.
 * @throws for a form of import or export that is not one of ours, and for modules that import each other
 */
export async function bundle(entry: string, read: (name: string) => Promise<string>): Promise<string> {
  const done = new Set<string>();
  const parts: string[] = ["const modules = {};"];
  await add(entry, []);
  return `${parts.join("\n")}\n`;

  async function add(name: string, path: readonly string[]): Promise<void> {
    if (path.includes(name)) throw new Error(`modules of the page import each other: ${[...path, name].join(", ")}`);
    if (done.has(name)) return;
    const text = await read(name);
    for (const [, , imported = ""] of text.matchAll(IMPORT)) await add(imported, [...path, name]);
    done.add(name);
    parts.push(scoped(name, text));
  }
}

function scoped(name: string, text: string): string {
  const names = [...text.matchAll(EXPORT)].map(([, exported]) => exported);
  const code = text.replace(IMPORT, 'const $1 = modules["$2"];').replace(EXPORT, "");
  const left = LEFT_OVER.exec(code);
  if (left) throw new Error(`${name} has what the page's bundle does not know: ${left[0]}`);
  return `modules["${name}"] = (() => {\n${code.trim()}\nreturn { ${names.join(", ")} };\n})();`;
}
