import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { programFiles } from "../../../host/program-files.ts";
import { loadCatalogue } from "../../../provision/models/catalogue.ts";
import { referencePages } from "../../../scripts/reference.ts";

test("the reference pages are what the program says of itself (npm run docs)", async () => {
  const pages = referencePages(await loadCatalogue(await programFiles()));
  for (const [name, text] of Object.entries(pages)) {
    const written = await readFile(new URL(`../../../docs/reference/${name}`, import.meta.url), "utf8");
    expect(written, name).toBe(text);
  }
});

test("the pages of concepts stay short enough to be read", async () => {
  const text = await readFile(new URL("../../../docs/architecture.md", import.meta.url), "utf8");
  expect(text.split("\n").length).toBeLessThanOrEqual(200);
});
