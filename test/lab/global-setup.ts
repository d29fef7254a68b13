import type { TestProject } from "vitest/node";
import { whyNot } from "./availability.ts";
import { ensureSnapshot } from "./snapshots.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly lab: LabContext;
  }
}

/** Why scenarios are skipped, if they are. */
export interface LabContext {
  readonly skip?: string;
}

/** Once for a run of the lab's scenarios: makes the guest that all start from, or says why there is none. */
export async function setup(project: TestProject): Promise<void> {
  const reason = await whyNot();
  if (reason !== undefined) {
    if (process.env.CI === "true") throw new Error(`the lab cannot run: ${reason}`);
    process.stderr.write(`lab skipped: ${reason}\n`);
    project.provide("lab", { skip: reason });
    return;
  }
  const start = Date.now();
  const say = (line: string) => process.stderr.write(`lab: ${line}\n`);
  await ensureSnapshot("fresh", say);
  say(`ready after ${((Date.now() - start) / 1000).toFixed(0)} s`);
  project.provide("lab", {});
}
