import { isUtf8 } from "node:buffer";
import { createInterface } from "node:readline/promises";
import { ModemkeeperError } from "../core/errors.ts";
import type { Terminal } from "../core/ports.ts";

/** This process's own standard streams. */
export function realTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    // no-color.org: set and not empty means no colour.
    colour: process.stderr.isTTY === true && (process.env.NO_COLOR ?? "") === "",
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    ask,
    readInput,
  };
}

async function readInput(limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    const octets = Buffer.from(chunk);
    length += octets.length;
    if (length > limit) throw new ModemkeeperError("usage", `standard input is longer than ${limit} octets`);
    chunks.push(octets);
  }
  const octets = Buffer.concat(chunks);
  if (isUtf8(octets)) return octets.toString("utf8");
  throw new ModemkeeperError("usage", "standard input is not UTF-8", {
    why: "characters would be guessed, and others arrive than were meant",
    fix: "convert it, for example with iconv -t UTF-8",
  });
}

/** Asks on standard error: standard output carries data only. */
async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new AbortController();
  // End of input or Ctrl-C: without this the question would wait for ever.
  lines.once("close", () => closed.abort());
  try {
    return await lines.question(question, { signal: closed.signal });
  } catch (error) {
    throw new ModemkeeperError("interrupted", "the question was not answered", { cause: error });
  } finally {
    lines.close();
  }
}
