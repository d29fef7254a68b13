import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { byTurns, type Command, measure } from "./measure.ts";
import { PrivateMachine } from "./private-machine.ts";
import type { Row } from "./row.ts";
import { withScratch } from "./scratch.ts";

const PORT = 18_070;

/** `modemkeeper status` beside an agent that runs, beside none, and what any program on Node costs. */
export async function statusRows(rounds: number): Promise<readonly Row[]> {
  return await withScratch(async (folder) => {
    const inventory = join(folder, "inventory.yaml");
    await writeFile(inventory, await inventoryText(folder));
    const agent = await PrivateMachine.withAgent(join(folder, "agent"), inventory, PORT);
    const alone = await PrivateMachine.without(join(folder, "alone"), inventory);
    try {
      const [asked, looked, node] = await byTurns(rounds, [
        { of: "agent running", once: () => measure(status(agent)) },
        { of: "without an agent", once: () => measure(status(alone)) },
        { of: "node -e 0", once: () => measure({ argv: agent.command(process.execPath, "-e", "0") }) },
      ]);
      if (!asked || !looked || !node) throw new Error("nothing was measured");
      return [
        {
          name: "modemkeeper status",
          unit: "s",
          ours: asked,
          peer: looked,
          targets: [{ kind: "at-most", limit: 0.35 }],
        },
        {
          name: "modemkeeper status, beside what any program on Node costs",
          unit: "s",
          ours: asked,
          peer: node,
          targets: [{ kind: "over-peer", limit: 0.2 }],
        },
      ];
    } finally {
      await alone.stop();
      await agent.stop();
    }
  });
}

/** It exits with 1 where something is wrong, which without smsd is so. */
function status(machine: PrivateMachine): Command {
  return { argv: ["sh", "-c", '"$@" || [ $? = 1 ]', "sh", ...machine.modemkeeper("status")] };
}

async function inventoryText(folder: string): Promise<string> {
  const flag = join(folder, "flag");
  await mkdir(folder, { recursive: true });
  return `version: 1
modems: [{ name: SIM7600, model: SIM7600 }]
manual_stop: { flag: ${flag} }
http: { listen: "127.0.0.1:${PORT}" }
`;
}
