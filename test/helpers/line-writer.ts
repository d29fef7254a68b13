import { RealLineFiles } from "../../host/line-files.ts";

/*
 * Started by tests: appends lines numbered from FIRST to the file, several at a time, and tells on standard output each one
 * that was appended, or refused, until it is killed or has done COUNT.
 */

const [path = "", first = "0", count = "0", rotateAt = "0", keep = "0"] = process.argv.slice(2);
const files = new RealLineFiles();
const AT_ONCE = 8;

async function append(number: number): Promise<void> {
  const line = JSON.stringify({ number, text: "x".repeat(number % 300) });
  const rotation = { rotateAt: Number(rotateAt), keep: Number(keep) };
  const said = await files.append(path, line, rotation).then(
    () => "appended",
    (error: Error) => `refused ${error.message}`,
  );
  process.stdout.write(`${number} ${said}\n`);
}

let next = Number(first);
const end = next + Number(count);
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    while (next < end) {
      const number = next;
      next += 1;
      await append(number);
    }
  }),
);
