/** `import { a, b } from "./name.js";`, as the formatter writes it, on one line or several. */
const IMPORT = /^import \{[^}]*\} from "\.\/([a-z-]+\.js)";\n/gm;
const EXPORT = /^export (?=(?:async )?function |class |const )/gm;
/** Any other form would be left in the text and fail in the browser only. */
const LEFT_OVER = /^(?:import|export)\b.*/m;

/**
 * One script of all the modules that `entry` needs, each after those that it imports. They share one scope, so a name
 * stands for the same thing in all of them: a name that is declared twice is a syntax error in the browser.
 * @throws for a form of import or export that is not one of ours
 */
export async function bundle(entry: string, read: (name: string) => Promise<string>): Promise<string> {
  const done = new Set<string>();
  const parts: string[] = [];
  await add(entry);
  return parts.join("\n");

  async function add(name: string): Promise<void> {
    if (done.has(name)) return;
    done.add(name);
    const text = await read(name);
    for (const [, imported = ""] of text.matchAll(IMPORT)) await add(imported);
    const code = text.replace(IMPORT, "").replace(EXPORT, "");
    const left = LEFT_OVER.exec(code);
    if (left) throw new Error(`${name} has what the page's bundle does not know: ${left[0]}`);
    parts.push(code.trim());
  }
}
