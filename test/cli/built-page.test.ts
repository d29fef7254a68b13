import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { page } from "../../agent/http/page/page.ts";
import { builtProgram } from "../helpers/cli.ts";

test("the built program has the page that its source has: the build copies its parts (scripts/copy-data.mjs)", async () => {
  const path = join(await builtProgram(), "dist/agent/http/page/page.js");
  const built: { page: typeof page } = await import(pathToFileURL(path).href);
  expect(await built.page()).toEqual(await page());
});
