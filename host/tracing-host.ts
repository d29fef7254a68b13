import type { Host } from "../core/ports.ts";
import { wrapMutations } from "./mutations.ts";

/** The same host, telling `report` one line before each change it makes, e.g. `services.restart smstools.service`. */
export function tracingHost<H extends Host>(host: H, report: (line: string) => void): H {
  return wrapMutations(host, async (line, act) => {
    report(line);
    return act();
  });
}
