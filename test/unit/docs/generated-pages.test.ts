import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generatedPages } from "../../../scripts/pages.ts";

const root = new URL("../../../", import.meta.url);

function written(path: string): string {
  return readFileSync(new URL(path, root), "utf8");
}

test("every generated page is what the program says of itself (npm run docs)", async () => {
  for (const [path, text] of await generatedPages()) expect(written(path), path).toBe(text);
});

test("package.json ships every manual page and no other", async () => {
  const pages = [...(await generatedPages()).keys()].filter((path) => path.startsWith("man/"));
  expect(
    readdirSync(new URL("man/", root))
      .map((name) => `man/${name}`)
      .sort(),
  ).toEqual(pages.sort());
  const manifest: { readonly man: readonly string[]; readonly files: readonly string[] } = JSON.parse(
    written("package.json"),
  );
  expect([...manifest.man].sort()).toEqual(pages);
  expect(manifest.files).toContain("man");
});

test("the pages of concepts stay short enough to be read", () => {
  expect(written("docs/architecture.md").split("\n").length).toBeLessThanOrEqual(200);
});
