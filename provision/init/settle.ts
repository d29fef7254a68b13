import type { Diagnostic } from "../../core/diagnostics.ts";
import { ModemkeeperError, messageOf } from "../../core/errors.ts";
import type { Inventory } from "../../core/model/inventory.ts";
import type { ModemModel } from "../../core/model/modem-model.ts";
import { refuseTwice } from "../desired/distinct.ts";
import { folders } from "../desired/folders.ts";
import { keyPathText } from "../inventory/key-path.ts";
import { loadInventory } from "../inventory/load.ts";
import { readSource } from "../inventory/source.ts";
import type { Claim, Outcome } from "./fate.ts";

export interface Settled {
  readonly text: string;
  readonly inventory: Inventory;
  /** As given, those withdrawn turned into `dropped` with the reason. */
  readonly outcomes: readonly Outcome[];
  /** Remarks on what was written. */
  readonly warnings: readonly Diagnostic[];
}

interface Refusal {
  readonly claims: ReadonlySet<Claim>;
  readonly reason: (claim: Claim) => string;
}

const FILE = "inventory.yaml";

/**
 * Writes what is claimed and asks the inventory's own checks. What they refuse is withdrawn, until they accept:
 * so the rules stand in one place, and whatever is taken over is valid.
 */
export function settle(
  outcomes: readonly Outcome[],
  render: (claims: readonly Claim[]) => string,
  catalogue: readonly ModemModel[],
): Settled {
  let current = outcomes;
  for (;;) {
    const claims = current.flatMap(({ claim }) => claim ?? []);
    const text = render(claims);
    const { inventory, diagnostics } = loadInventory({ file: FILE, text, catalogue });
    const refusal = inventory ? folderRefusal(inventory, claims) : refusedBy(diagnostics, text, claims);
    if (inventory && !refusal) return { text, inventory, outcomes: current, warnings: diagnostics };
    if (!refusal || claims.length === 0) {
      throw new Error(`the inventory without anything taken over is not valid: ${diagnostics[0]?.what ?? "unknown"}`);
    }
    current = current.map((outcome) => withdrawn(outcome, refusal));
  }
}

function withdrawn(outcome: Outcome, refusal: Refusal): Outcome {
  const { claim, lines } = outcome;
  if (!claim || !refusal.claims.has(claim)) return outcome;
  const reason = refusal.reason(claim);
  // The name of a section is no setting: the modem itself stays, under another name.
  if (claim.path.length === 3 && claim.path[2] === "name") {
    return { lines, fate: "taken over", reason: `modems[${claim.path[1]}], under another name: ${reason}` };
  }
  return { lines, fate: "dropped", reason };
}

/** The claims that stand where the errors point; all of them if none does. */
function refusedBy(diagnostics: readonly Diagnostic[], text: string, claims: readonly Claim[]): Refusal {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const { source } = readSource(FILE, text);
  const reasons = new Map<Claim, string>();
  for (const claim of claims) {
    const places = Array.isArray(claim.value) ? claim.value.map((_, index) => [...claim.path, index]) : [];
    const lines = [claim.path, ...places].map((path) => source?.locate(path, "key").line);
    const error = errors.find(({ range }) => range !== undefined && lines.includes(range.line));
    if (error) reasons.set(claim, `${error.what} ${error.fix}`);
  }
  const [first] = errors;
  const fallback = `The inventory as a whole was refused: ${first?.what ?? "for an unknown reason"}`;
  const refused = reasons.size > 0 ? [...reasons.keys()] : claims;
  return { claims: new Set(refused), reason: (claim) => reasons.get(claim) ?? fallback };
}

/** Folders that would be given to smsd although the system or another purpose uses them. */
function folderRefusal(inventory: Inventory, claims: readonly Claim[]): Refusal | undefined {
  try {
    refuseTwice(folders(inventory));
    return undefined;
  } catch (error) {
    if (!(error instanceof ModemkeeperError)) throw error;
    const paths = claims.filter(({ path }) => path[0] === "smsd" && (path[1] === "spool" || path[1] === "logfile"));
    const named = paths.filter(({ path }) => error.message.startsWith(`${keyPathText(path)} `));
    return {
      claims: new Set(named.length > 0 ? named : paths),
      reason: () => [messageOf(error), error.fix ?? ""].join(" ").trim(),
    };
  }
}
