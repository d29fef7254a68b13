import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { messageIn, parse, pdusOf, smsdFile } from "./smsd-file.ts";

/** Files that smsd 3.1.21 wrote, as they are. */
const CORPUS = new URL("corpus/", import.meta.url);

describe("odd files", () => {
  test.each([
    ["empty", "", "incomplete-file"],
    ["no blank line", "From: 1\nFrom_TOA: 91\n", "incomplete-file"],
    ["blank line only where a name may forge it", "From: A\n\nFrom_TOA: D0 alphanumeric\n", "incomplete-file"],
    ["more than any message", "x".repeat(600_000), "malformed"],
    ["a header without an end", `From: 1\n${"x".repeat(200_000)}\n\n`, "incomplete-file"],
  ])("%s", (_, content, kind) => {
    expect(parse(content).kind).toBe(kind);
  });

  test("a body that smsd counted otherwise is taken when it is quiet", () => {
    const content = smsdFile({ from: "1", pdus: pdusOf("Hello"), length: 7, body: "Hello" });
    expect(parse(content)).toMatchObject({ completeness: "when-quiet", message: { text: "Hello" } });
  });

  test("a body cut inside its last character is not complete", () => {
    const content = smsdFile({ from: "1", pdus: pdusOf("5 €"), body: "5 €" });
    expect(parse(content)).toMatchObject({ completeness: "complete" });
    expect(parse(content.subarray(0, -1))).toMatchObject({ completeness: "when-quiet" });
  });

  test("invalid UTF-8 becomes valid text", () => {
    const content = Buffer.concat([smsdFile({ from: "1", length: 1 }), Buffer.from("c3ff80", "hex")]);
    expect(messageIn(content).text).toMatch(/^\ufffd+$/);
  });

  test("whatever is changed in a file of smsd, there is a result", () => {
    const files = readdirSync(CORPUS).map((name) => readFileSync(new URL(name, CORPUS)));
    const changes = fc.array(fc.tuple(fc.nat(2_000), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.constantFrom(...files), changes, (file, places) => {
        const content = Buffer.from(file);
        for (const [at, octet] of places) content[at % content.length] = octet;
        expect(["message", "incomplete-file", "malformed"]).toContain(parse(content).kind);
      }),
      { numRuns: 2_000 },
    );
  });

  test("no file crashes it or names its text, and the message is valid Unicode on one line of sender", () => {
    const pieces = fc.constantFrom(
      "From: ",
      "From_TOA: ",
      "\n",
      "\n\n",
      "PDU: ",
      "Modem: GSM1",
      "Alphabet: UCS2",
      "Error",
      "0791",
      ": ",
    );
    const noise = fc.string({ maxLength: 20, unit: "binary" });
    const contents = fc.array(fc.oneof(pieces, noise, fc.constantFrom(...pdusOf("secret"))), { maxLength: 30 });
    fc.assert(
      fc.property(contents, (parts) => {
        const parsed = parse(Buffer.from(parts.join("")));
        if (parsed.kind !== "message") {
          expect(parsed.why).toMatch(/^(the|smsd) [a-zA-Z0-9 ,:-]+$/);
          return;
        }
        const { text = "", from } = parsed.message;
        expect([text, from].filter((value) => /\p{Surrogate}/u.test(value))).toEqual([]);
        expect(from).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 2_000 },
    );
  });
});
