import type { AgentContext } from "../../commands/context.ts";
import type { DoctorFacts } from "../facts.ts";
import type { Masker } from "./mask.ts";

/** What every source is given. */
export interface SourceContext {
  readonly context: AgentContext;
  readonly facts: DoctorFacts;
  readonly mask: Masker;
}
