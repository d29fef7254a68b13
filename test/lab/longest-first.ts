import { basename } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Scenarios of more than a minute and a half, the longest first. */
const LONG = [
  ...["fresh", "messages-notices", "agent-ladder", "agent-flag", "agent-seen", "agent-killed", "agent-guards"],
  ...["agent-inventory", "other-model", "messages-outages", "agent-ports", "modemmanager", "rollback"],
];

/** A long one that begins last leaves the other guests' processors idle until it ends. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const usual = await super.sort(files);
    return usual.sort((a, b) => place(a) - place(b));
  }
}

function place({ moduleId }: TestSpecification): number {
  const at = LONG.indexOf(basename(moduleId, ".test.ts"));
  return at < 0 ? LONG.length : at;
}
