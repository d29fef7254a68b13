// Not all of diff: its other ways to compare cost every run 10 ms.
import { createTwoFilesPatch } from "diff/lib/patch/create.js";

/** Unified diff of two texts, `a/…` to `b/…` as git prints it; empty if they are equal. */
export function unifiedDiff(path: string, before: string | undefined, after: string | undefined): string {
  if (before === after) return "";
  const from = before === undefined ? "/dev/null" : `a${path}`;
  const to = after === undefined ? "/dev/null" : `b${path}`;
  const patch = createTwoFilesPatch(from, to, before ?? "", after ?? "", undefined, undefined, { context: 3 });
  return patch.replace(/^=+\n/, "");
}
