import { mkdir, writeFile } from "node:fs/promises";
import { programFiles } from "../host/program-files.ts";
import { loadCatalogue } from "../provision/models/catalogue.ts";
import { referencePages } from "./reference.ts";

// Writes docs/reference. A test fails while a page is out of step.
const folder = new URL("../docs/reference/", import.meta.url);
await mkdir(folder, { recursive: true });
const pages = referencePages(await loadCatalogue(await programFiles()));
for (const [name, text] of Object.entries(pages)) await writeFile(new URL(name, folder), text);
