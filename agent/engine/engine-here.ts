import type { AgentHost } from "../../core/agent-ports.ts";
import { ModemkeeperError } from "../../core/errors.ts";
import { loadInventory } from "../../provision/inventory/load.ts";
import { loadCatalogue } from "../../provision/models/catalogue.ts";
import { applyInventory } from "./apply-inventory.ts";
import { compareHost } from "./compare-host.ts";
import type { Engine, ReadInventory } from "./engine.ts";

/** The engine in this process. */
export function engineHere(host: AgentHost, signal: AbortSignal = new AbortController().signal): Engine {
  return {
    inventory: (file) => readInventory(host, file),
    compare: () => compareHost(host),
    apply: (cause, tell) => applyInventory({ host, signal, cause, tell }),
  };
}

async function readInventory(host: Pick<AgentHost, "files" | "program">, file: string): Promise<ReadInventory> {
  const entry = await host.files.read(file);
  if (entry?.kind !== "file") {
    throw new ModemkeeperError("precondition-missing", `there is no inventory at ${file}`, {
      why: "it says which modems this machine has and how smsd must behave",
      fix: "provision apply",
    });
  }
  const { content: text } = entry;
  const { inventory, diagnostics } = loadInventory({ file, text, catalogue: await loadCatalogue(host.program) });
  if (inventory) return { inventory, text };
  throw new ModemkeeperError("inventory-invalid", `${file} is not valid`, {
    why: "the last good one stays in force",
    fix: `mend it, then look with \`provision validate -i ${file}\``,
    diagnostics,
  });
}
