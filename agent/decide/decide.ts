import { afterReboot } from "./after-reboot.ts";
import { decideModems } from "./modems.ts";
import { decideService } from "./service.ts";
import { trackFindings } from "./track-findings.ts";
import type { Decision, DecisionInput } from "./types.ts";

/**
 * What to do now: the one place that decides. Pure: the same input gives the same decision.
 * Modems first, since what they need of smsd is for the service's rules to grant or refuse.
 */
export function decide(given: DecisionInput): Decision {
  const input = { ...given, memory: afterReboot(given.memory, given.now) };
  const modems = decideModems(input);
  const service = decideService({ ...input, memory: { ...input.memory, modems: modems.modems } }, modems.demands);
  const tracked = trackFindings(input.memory.findings, [...modems.findings, ...service.findings], input.now);
  return {
    steps: [...service.steps, ...modems.steps],
    findings: Object.values(tracked.findings),
    transitions: [...tracked.transitions, ...service.transitions, ...modems.transitions],
    memory: {
      format: "modemkeeper.memory/1",
      bootId: input.now.bootId,
      findings: tracked.findings,
      ...(service.flag ? { flag: service.flag } : {}),
      smsd: service.smsd,
      modems: modems.modems,
      configuration: service.configuration,
      host: service.host,
    },
    wakeAt: Math.min(modems.wakeAt, service.wakeAt),
    listen: modems.listen,
    asking: modems.asking,
  };
}
