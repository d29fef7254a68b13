import type { AgentHost } from "../../../core/agent-ports.ts";
import { type Diagnostic, printable } from "../../../core/diagnostics.ts";
import { ModemkeeperError } from "../../../core/errors.ts";
import type { Inventory } from "../../../core/model/inventory.ts";
import type { ModemModel } from "../../../core/model/modem-model.ts";
import { loadInventory } from "../../../provision/inventory/load.ts";
import { readSmall } from "../../observe/small-file.ts";
import type { InventoryFact } from "../facts.ts";
import type { Known } from "../known.ts";
import type { Look } from "./look.ts";

const MAX_BYTES = 1_048_576;
/** The first ones say it. */
const MAX_PROBLEMS = 5;

/** What is known of the inventory, and what it asks for. */
export interface Wanted {
  readonly fact: Known<InventoryFact>;
  readonly wanted: Inventory;
}

/** The smallest inventory: its sections are what provision takes where nothing else is said. */
const SMALLEST = "version: 1\nmodems:\n  - name: modem\n    model: SIM7600\n";

/** Reads the inventory; without a valid one, what would be so by default, without modems. */
export async function gatherInventory(
  { host, see }: Look,
  file: string,
  catalogue: readonly ModemModel[],
): Promise<Wanted> {
  const read = await see(file, () => readText(host, file));
  if ("unseen" in read) return { fact: read, wanted: defaults(catalogue) };
  if (read.value === undefined) return { fact: { value: { state: "none", file } }, wanted: defaults(catalogue) };
  const { inventory, diagnostics } = loadInventory({ file, text: read.value, catalogue });
  if (inventory) return { fact: { value: { state: "valid", file } }, wanted: inventory };
  return {
    fact: { value: { state: "invalid", file, problems: problemsOf(diagnostics) } },
    wanted: defaults(catalogue),
  };
}

async function readText(host: AgentHost, file: string): Promise<string | undefined> {
  const entry = await readSmall(host, file, MAX_BYTES);
  if (!entry) return undefined;
  if (entry.kind === "file") return entry.content;
  throw new ModemkeeperError("io", `it is no file but a ${entry.kind}`);
}

function problemsOf(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .slice(0, MAX_PROBLEMS)
    .map(({ what, range }) => `${range ? `line ${range.line}: ` : ""}${printable(what)}`);
}

function defaults(catalogue: readonly ModemModel[]): Inventory {
  const { inventory } = loadInventory({ file: "defaults", text: SMALLEST, catalogue });
  if (!inventory) throw new ModemkeeperError("io", "the program's own catalogue is damaged");
  return { ...inventory, modems: [] };
}
