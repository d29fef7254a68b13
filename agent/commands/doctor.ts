import { EXIT } from "../../core/errors.ts";
import { painter } from "../../provision/views/paint.ts";
import { chosenChecks, diagnose } from "../doctor/diagnose.ts";
import { gatherFacts } from "../doctor/gather/gather.ts";
import { renderDiagnosis } from "../doctor/view.ts";
import type { AgentCommand } from "./context.ts";

export interface DoctorOptions {
  /** Names of checks; all of them for none. */
  readonly checks: readonly string[];
  readonly json?: boolean;
  /** Warnings fail, too. */
  readonly strict?: boolean;
}

/** `modemkeeper doctor`: what is wrong with this machine as a gateway, before and after anything is installed. */
export const doctorCommand: AgentCommand<DoctorOptions> = async (context, { checks: names, json, strict }) => {
  const { host, terminal, verbose, inventoryFile } = context;
  const checks = chosenChecks(names);
  const diagnosis = diagnose(await gatherFacts(host, inventoryFile), checks);
  if (json) terminal.out(`${JSON.stringify({ format: "modemkeeper.doctor/1", ...diagnosis })}\n`);
  else terminal.out(renderDiagnosis(diagnosis, { paint: painter(terminal.colour), verbose }));
  const { error, warning } = diagnosis.counts;
  return error > 0 || (strict && warning > 0) ? EXIT.failed : EXIT.ok;
};
