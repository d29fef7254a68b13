import type { Host } from "../core/ports.ts";
import { wrapMutations } from "./mutations.ts";

/** The same host, telling `report` one line before each change it makes, e.g. `services.restart smstools.service`. */
export function tracingHost(host: Host, report: (line: string) => void): Host {
  return wrapMutations(host, async (line, act) => {
    report(line);
    await act();
  });
}
