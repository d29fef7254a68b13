import type { Host } from "../core/ports.ts";
import { wrapMutations } from "./mutations.ts";

/** The same host without a way to change it: what only looks (plan, verify) cannot do harm even by mistake. */
export function readOnlyHost<H extends Host>(host: H): H {
  return wrapMutations(host, async (line) => {
    throw new Error(`a command that only looks tried to change the host: ${line}`);
  });
}
