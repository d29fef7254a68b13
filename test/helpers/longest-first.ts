import { basename } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The lab's scenarios of more than a minute and a half, and the system tests of more than one, the longest first. */
const LONG = [
  ...["incoming-chaos", "killed-apply"],
  ...["fresh", "messages-notices", "agent-ladder", "agent-flag", "agent-seen", "agent-killed", "agent-guards"],
  ...["agent-inventory", "other-model", "messages-outages", "agent-ports", "modemmanager", "rollback"],
];

/** A long one that begins last leaves the other processors idle until it ends. */
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
