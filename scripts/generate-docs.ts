import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { generatedPages } from "./pages.ts";

// Writes every page that is made from the program, and removes manual pages of commands that are gone.
const root = new URL("../", import.meta.url);
const pages = await generatedPages();
for (const [path, text] of pages) {
  const file = new URL(path, root);
  await mkdir(new URL(".", file), { recursive: true });
  await writeFile(file, text);
}
for (const name of await readdir(new URL("man/", root))) {
  if (!pages.has(`man/${name}`)) await rm(new URL(`man/${name}`, root));
}
