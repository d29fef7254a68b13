import { CALM_INVARIANTS } from "./calm.ts";
import { FORM_INVARIANTS } from "./form.ts";
import { HEALING_INVARIANTS } from "./healing.ts";
import { MODEM_INVARIANTS } from "./modems.ts";
import { SERVICE_INVARIANTS } from "./service.ts";
import type { Invariant } from "./types.ts";

/** What must hold after every pass. That all is well in the end, and that nothing throws, the driver sees to. */
export const INVARIANTS: readonly Invariant[] = [
  ...SERVICE_INVARIANTS,
  ...HEALING_INVARIANTS,
  ...CALM_INVARIANTS,
  ...MODEM_INVARIANTS,
  ...FORM_INVARIANTS,
];
