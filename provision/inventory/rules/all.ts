import type { Rule } from "./context.ts";
import { knownModel } from "./models.ts";

/** Every named rule. Their order does not matter: findings are sorted by place. */
export const RULES: readonly Rule[] = [knownModel];
