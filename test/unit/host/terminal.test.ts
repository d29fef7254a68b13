import { spawn } from "node:child_process";
import { expect, test } from "vitest";

const TERMINAL = new URL("../../../host/terminal.ts", import.meta.url).href;
/** Prints what it reads, or the code of the error. */
const PROGRAM = `import { realTerminal } from ${JSON.stringify(TERMINAL)};
await realTerminal().readInput(20).then(
  (text) => process.stdout.write("read " + JSON.stringify(text)),
  (error) => process.stdout.write(error.code + ": " + error.message),
);`;

/** What a process says that is given these octets, one write each. */
async function given(...chunks: readonly (string | Buffer)[]): Promise<string> {
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", PROGRAM], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  // It may refuse the rest.
  child.stdin.on("error", () => {});
  for (const chunk of chunks) child.stdin.write(chunk);
  child.stdin.end();
  let said = "";
  for await (const chunk of child.stdout) said += String(chunk);
  return said;
}

const EMOJI = Buffer.from("😀");

test.each([
  ["nothing", [], 'read ""'],
  [
    "a text in pieces, cut within a character",
    ["Hi ", EMOJI.subarray(0, 2), EMOJI.subarray(2), "\n"],
    'read "Hi 😀\\n"',
  ],
  ["what is not UTF-8", [Buffer.from([0x47, 0xfc])], "usage: standard input is not UTF-8"],
  ["one octet too many", ["x".repeat(21)], "usage: standard input is longer than 20 octets"],
  ["as much as may be", ["x".repeat(20)], `read "${"x".repeat(20)}"`],
])("standard input: %s", async (_, chunks, expected) => {
  expect(await given(...chunks)).toBe(expected);
});
