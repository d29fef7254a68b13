import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { hideSecrets, renderDiagnostic } from "../../../core/diagnostics.ts";
import { programFiles } from "../../../host/program-files.ts";
import { loadInventory } from "../../../provision/inventory/load.ts";
import { loadCatalogue } from "../../../provision/models/catalogue.ts";

/*
 * Each case is an inventory whose first line says what it proves, and beside it, under `.txt`,
 * every diagnostic as a person sees it. `npx vitest run --project cases -u` writes them anew: review the difference.
 */
const folder = new URL("./", import.meta.url);
const cases = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
const catalogue = await loadCatalogue(await programFiles());

describe.each(cases)("%s", (name) => {
  const text = readFileSync(new URL(name, folder), "utf8");
  const { inventory, diagnostics } = loadInventory({ file: name, text, catalogue });

  test("says what it says", async () => {
    const shown = hideSecrets(text, diagnostics);
    const blocks = diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, shown));
    const said = blocks.length === 0 ? "no problems\n" : `${blocks.join("\n\n")}\n`;
    await expect(said).toMatchFileSnapshot(new URL(name.replace(/yaml$/, "txt"), folder).pathname);
  });

  test("gives an inventory if and only if nothing is an error", () => {
    const broken = diagnostics.some(({ severity }) => severity === "error");
    expect(inventory === undefined).toBe(broken);
  });
});
