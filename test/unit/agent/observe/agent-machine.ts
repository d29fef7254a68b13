import type { Actor } from "../../../../agent/act/actor.ts";
import { ActorLock } from "../../../../agent/act/actor-lock.ts";
import { engineHere } from "../../../../agent/engine/engine-here.ts";
import type { AgentHost } from "../../../../core/agent-ports.ts";
import type { Inventory } from "../../../../core/model/inventory.ts";
import { applyCommand } from "../../../../provision/commands/apply.ts";
import { INVENTORY_COPY } from "../../../../provision/desired/paths.ts";
import { loadInventory } from "../../../../provision/inventory/load.ts";
import { loadCatalogue } from "../../../../provision/models/catalogue.ts";
import { ONE_SIM7600, run, sim7600, smsdSpeaks } from "../../../helpers/gateway.ts";
import { type MemoryAgentMachine, memoryAgentMachine } from "../../../helpers/memory-agent-host.ts";

export const UNIT = "smstools.service";
export const LOG = "/var/log/smstools/smsd.log";

export interface Given {
  readonly machine: MemoryAgentMachine;
  readonly host: AgentHost;
  readonly inventory: Inventory;
}

/** A gateway with one SIM7600 on which `provision apply` has run and smsd works. */
export async function appliedGateway(text: string = ONE_SIM7600): Promise<Given> {
  const machine = await memoryAgentMachine();
  machine.given(INVENTORY_COPY, text);
  machine.plug(sim7600("1-1", "platform-3610000.usb-usb-0:1", 0));
  const links = { mode: 0o777, owner: "root", group: "root", modifiedAt: 0 };
  for (const [index, role] of ["DIAG", "NMEA", "AT", "VOICE", "AUDIO"].entries()) {
    machine.files.put(`/dev/ttyUSB_SIM7600_${role}`, { ...links, kind: "link", target: `ttyUSB${index}` });
  }
  smsdSpeaks(machine, ["SIM7600"]);
  const host = machine.agentHost();
  const { code, err } = await run(host, applyCommand, { yes: true }, { inventoryFile: INVENTORY_COPY });
  if (code !== 0) throw new Error(`the test's gateway could not be made: ${err}`);
  return { machine, host, inventory: await inventoryFrom(host, text) };
}

export async function inventoryFrom(host: AgentHost, text: string): Promise<Inventory> {
  const catalogue = await loadCatalogue(host.program);
  const { inventory, diagnostics } = loadInventory({ file: "inventory.yaml", text, catalogue });
  if (!inventory) throw new Error(diagnostics.map(({ what }) => what).join("\n"));
  return inventory;
}

/** Nothing runs and nothing has ended. */
export const IDLE = { running: [], outcomes: [] } as const;

export function actorFor({ host, inventory }: Given, change: Partial<Actor> = {}): Actor & { readonly told: string[] } {
  const told: string[] = [];
  return {
    host,
    lock: new ActorLock(host),
    engine: engineHere(host),
    signal: new AbortController().signal,
    inventory: () => inventory,
    flag: () => undefined,
    session: () => undefined,
    progress: (_subject, sentence) => void told.push(sentence),
    told,
    ...change,
  };
}
