import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { bundle } from "../../../../agent/http/page/bundle.ts";
import { page } from "../../../../agent/http/page/page.ts";

describe("the page", () => {
  it("permits its own script and style by their hashes, and no other", async () => {
    const { html, csp } = await page();
    for (const [element, directive] of [
      ["script", "script-src"],
      ["style", "style-src"],
    ] as const) {
      const found = [...html.matchAll(new RegExp(`<${element}\\b[^>]*>([^]*?)</${element}>`, "g"))];
      expect(found).toHaveLength(1);
      const hash = createHash("sha256")
        .update(found[0]?.[1] ?? "")
        .digest("base64");
      expect(csp).toContain(`${directive} 'sha256-${hash}';`);
    }
    expect(csp).toContain("default-src 'none'");
    expect(csp).not.toContain("unsafe");
  });

  it("asks nobody else for anything", async () => {
    const { html } = await page();
    const addresses = [...html.matchAll(/\b(?:https?|wss?):\/\/[^\s"'`)]+/g)].map(([address]) => address);
    expect([...new Set(addresses)]).toEqual(["http://www.w3.org/2000/svg"]);
    expect(html).not.toMatch(/@import\s+(?:url|")|\bsrc=|<link(?! rel="icon" href="data:)/);
  });

  it("never takes text as markup", async () => {
    const { html } = await page();
    expect(html).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function/);
  });

  it("is made once", async () => {
    expect(await page()).toBe(await page());
  });
});

describe("the bundle", () => {
  const modules: Readonly<Record<string, string>> = {
    "main.js": 'import { one } from "./a.js";\nimport {\n  two,\n} from "./b.js";\nresult(one(), two);\n',
    "a.js": 'import { two } from "./b.js";\nconst hidden = 1;\nexport function one() {\n  return hidden + two;\n}\n',
    "b.js": "const hidden = 2;\nexport const two = hidden;\nexport class Three {}\n",
  };

  function from(changed: Readonly<Record<string, string>> = {}) {
    const all = { ...modules, ...changed };
    return bundle("main.js", async (name) => all[name] ?? Promise.reject(new Error(`no ${name}`)));
  }

  it("gives each module a scope of its own, after those that it imports", async () => {
    const results: unknown[] = [];
    new Function("result", await from())((...got: unknown[]) => results.push(...got));
    expect(results).toEqual([3, 2]);
  });

  it.each([
    ["a default export", { "b.js": "export default 2;\n" }, /b\.js has what .* does not know: export default/],
    ["an import under another name", { "a.js": 'import * as b from "./b.js";\n' }, /import \* as b/],
    ["an import from elsewhere", { "a.js": 'import { x } from "node:fs";\n' }, /node:fs/],
    ["modules that import each other", { "b.js": 'import { one } from "./a.js";\n' }, /main\.js, a\.js, b\.js, a\.js/],
  ])("refuses %s", async (_, changed, message) => {
    await expect(from(changed)).rejects.toThrow(message);
  });
});
