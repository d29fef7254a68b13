import { expect, test } from "vitest";
import { renderDiagnostic } from "../../../core/diagnostics.ts";

test("a diagnostic shows position, context, caret, what, why and fix", () => {
  const source = "version: 1\nmodems:\n  - name: A\n    model: NOPE\n";
  const text = renderDiagnostic(
    {
      severity: "error",
      rule: "unknown-model",
      what: 'no modem model "NOPE"',
      why: "the model says which port is the AT port",
      fix: "use one of `provision models list`",
      range: { file: "inventory.yaml", line: 4, column: 12, length: 4 },
    },
    source,
  );
  expect(text).toMatchInlineSnapshot(`
    "inventory.yaml:4:12: error: no modem model "NOPE" [unknown-model]
      2 | modems:
      3 |   - name: A
      4 |     model: NOPE
        |            ^^^^
      why: the model says which port is the AT port
      fix: use one of \`provision models list\`"
  `);
});

test("control characters in an excerpt cannot drive the terminal", () => {
  const text = renderDiagnostic(
    {
      severity: "error",
      rule: "r",
      what: "w",
      why: "y",
      fix: "f",
      range: { file: "i", line: 1, column: 1, length: 1 },
    },
    "\u001b[2Jhello",
  );
  expect(text).not.toContain("\u001b");
});
