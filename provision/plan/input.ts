import type { ActualState } from "../../core/model/actual.ts";
import type { Generation } from "../../core/model/generation.ts";
import type { Resource } from "../../core/model/resource.ts";
import type { WantedLink } from "./compare-links.ts";

/** Everything a plan is made from. */
export interface PlanInput {
  readonly desired: readonly Resource[];
  /** Links that the modems on the bus must have now. */
  readonly links: readonly WantedLink[];
  readonly actual: ActualState;
  /** The last generation that was applied, if any. */
  readonly applied?: Generation;
  /** A later generation that was begun and never ended (power cut, SIGKILL). */
  readonly interrupted?: Generation;
  readonly notes: readonly string[];
  /** True while a person's flag forbids to start smsd. */
  readonly stoppedOnPurpose: boolean;
}
