import type { Reason } from "../../core/model/plan.ts";

interface Attributes {
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
}

/** Why mode or ownership must change; empty if they are as wanted. */
export function attributeReasons(actual: Attributes, desired: Attributes): Reason[] {
  const is = describe(actual);
  const wanted = describe(desired);
  return is === wanted ? [] : [{ code: "attributes-differ", sentence: `it is ${is}, wanted ${wanted}` }];
}

function describe(attributes: Attributes): string {
  const mode = attributes.mode.toString(8).padStart(4, "0");
  return `${mode} ${attributes.owner}:${attributes.group}`;
}
