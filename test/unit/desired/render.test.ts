import { describe, expect, it } from "vitest";
import { renderTemplate, type Syntax } from "../../../provision/desired/render.ts";

const SYNTAX: Syntax = { quoted: (value) => `<${value}>` };

function render(text: string, context: Readonly<Record<string, unknown>> = {}): string {
  return renderTemplate("x.hbs", text, SYNTAX, context);
}

describe("a template", () => {
  it("prints values through the helpers of its syntax", () => {
    expect(render("a {{quoted name}} {{#each list}}{{quoted this}}{{/each}}", { name: "&", list: [1, "2"] })).toBe(
      "a <&> <1><2>",
    );
  });

  it.each([
    ["{{name}}", /x\.hbs:1:1: the template prints a value without an escape/],
    ["\n  {{{name}}}", /x\.hbs:2:3: the template prints a value without an escape/],
    ["{{#if name}}{{name}}{{/if}}", /x\.hbs:1:13/],
    ["{{#unless name}}{{else}}{{name}}{{/unless}}", /without an escape/],
    ["{{lookup list name}}", /without an escape/],
    ["{{quoted name name}}", /without an escape/],
    ["{{> other}}", /uses a partial/],
    ["{{#> other}}{{/other}}", /uses a partial/],
    ["{{#quoted name}}{{/quoted}}", /unknown block/],
  ])("is refused for %s", (text, message) => {
    expect(() => render(text, { name: "n", list: {} })).toThrowError(message);
  });

  it("is refused for a name that its values lack", () => {
    expect(() => render("{{quoted nmae}}", { name: "n" })).toThrowError(
      "x.hbs:1:1: the template prints a value of type",
    );
  });

  it("is refused for a value that is no text", () => {
    expect(() => render("{{quoted name}}", { name: true })).toThrowError("of type boolean");
    expect(() => render("{{quoted name}}", { name: Number.NaN })).toThrowError("of type number");
  });
});
