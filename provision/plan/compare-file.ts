import type { Actual } from "../../core/model/actual.ts";
import type { RecordedResource } from "../../core/model/generation.ts";
import type { Change, Reason } from "../../core/model/plan.ts";
import type { FileResource } from "../../core/model/resource.ts";
import type { FileEntry } from "../../core/ports.ts";
import { reveal } from "../../core/secret.ts";
import { attributeReasons } from "./attributes.ts";
import { matchesMasked } from "./matches-masked.ts";
import { unifiedDiff } from "./text-diff.ts";

export type RecordedFile = Extract<RecordedResource, { kind: "file" }>;
export type ActualFile = Extract<Actual, { kind: "file" }>;

/** What must change for `desired` to stand on the host; undefined if it does. */
export function compareFile(
  desired: FileResource,
  actual: ActualFile,
  recorded: RecordedFile | undefined,
): Change | undefined {
  const { entry } = actual;
  const base = { id: desired.id, desired, consequences: desired.consequences };
  const wanted = desired.content.masked;
  if (!entry) {
    const reasons: Reason[] = [{ code: "missing", sentence: "it does not exist" }];
    const drift = recorded !== undefined;
    if (drift) reasons.push({ code: "changed-by-hand", sentence: "it was removed since the last apply" });
    return { ...base, action: "add", reasons, drift, diff: unifiedDiff(desired.path, undefined, wanted) };
  }
  if (entry.kind !== "file") {
    const reasons: Reason[] = [{ code: "wrong-kind", sentence: `a ${entry.kind} stands where the file should be` }];
    const diff = unifiedDiff(desired.path, actual.shown, wanted);
    return { ...base, action: "replace", reasons, drift: recorded !== undefined, diff };
  }
  return compareContent(desired, actual, entry, recorded);
}

function compareContent(
  desired: FileResource,
  actual: ActualFile,
  entry: FileEntry & { kind: "file" },
  recorded: RecordedFile | undefined,
): Change | undefined {
  const base = { id: desired.id, desired, consequences: desired.consequences };
  const attributes = attributeReasons(entry, desired);
  if (entry.content === reveal(desired.content)) {
    if (attributes.length === 0) return undefined;
    return { ...base, action: "change", reasons: attributes, drift: recorded !== undefined, diff: "" };
  }
  const diff = unifiedDiff(desired.path, actual.shown, desired.content.masked);
  if (!recorded) {
    const sentence = "it was not written by provision; what it says now is kept and put back by `provision destroy`";
    return { ...base, action: "replace", reasons: [{ code: "foreign-file", sentence }], drift: false, diff };
  }
  const { reasons, drift } = contentReasons(desired, entry.content, recorded);
  return { ...base, action: "change", reasons: [...reasons, ...attributes], drift, diff };
}

function contentReasons(
  desired: FileResource,
  content: string,
  recorded: RecordedFile,
): { reasons: Reason[]; drift: boolean } {
  const masks = recorded.secrets.map((secret) => secret.mask);
  const drift = !matchesMasked(content, recorded.masked, masks);
  const reasons: Reason[] = [];
  if (drift) reasons.push({ code: "changed-by-hand", sentence: "somebody changed it since the last apply" });
  if (recorded.masked !== desired.content.masked || !drift) {
    reasons.push({
      code: "content-differs",
      sentence: "the inventory, a secret or the program asks for other content",
    });
  }
  return { reasons, drift };
}
