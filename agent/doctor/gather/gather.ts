import type { AgentHost } from "../../../core/agent-ports.ts";
import { loadCatalogue } from "../../../provision/models/catalogue.ts";
import type { DoctorFacts } from "../facts.ts";
import { gatherAgent } from "./agent.ts";
import { gatherInventory } from "./inventory.ts";
import { lookAt } from "./look.ts";
import { gatherRivals } from "./rivals.ts";
import { COMPARED_WITHIN, gatherSetup, modelsOf } from "./setup.ts";
import { gatherSmsd } from "./smsd.ts";
import { gatherSystem } from "./system.ts";
import { gatherUsb } from "./usb.ts";

/** Looks at everything at once. Changes nothing, talks to no modem, and never fails: what cannot be seen says why. */
export async function gatherFacts(host: AgentHost, inventoryFile: string): Promise<DoctorFacts> {
  const look = lookAt(host);
  // First: it counts what the process has open.
  const runtime = await look.see("Node", async () => host.inspection.runtime());
  const catalogue = await loadCatalogue(host.program);
  const wanted = await gatherInventory(look, inventoryFile, catalogue);
  const [systemd, setup, usb, rivals, smsd, system, agent] = await Promise.all([
    look.see("systemd", () => host.services.running()),
    gatherSetup(look, lookAt(host, COMPARED_WITHIN), wanted),
    gatherUsb(look),
    gatherRivals(look, wanted),
    gatherSmsd(look, wanted),
    gatherSystem(look, wanted),
    gatherAgent(look, wanted),
  ]);
  return {
    now: host.clock.now().getTime(),
    root: host.uid === 0,
    version: host.program.version,
    ...{ runtime, systemd, setup, usb, rivals, smsd, system, agent },
    models: modelsOf(catalogue, wanted.wanted),
  };
}
