import { join } from "node:path";
import { byTurns, measure } from "./measure.ts";
import { builtProvision, freshHost, inventoryOf, provisionCommand } from "./provision.ts";
import type { Row, Series } from "./row.ts";
import { withScratch } from "./scratch.ts";

/** The largest number is what smsd's packaged build can drive. */
const COUNTS = [1, 16, 64] as const;

/** How the time of a no-op plan grows with the number of modems. */
export async function growthRows(rounds: number): Promise<readonly Row[]> {
  return withScratch(async (folder) => {
    const main = await builtProvision();
    const subjects = [];
    for (const count of COUNTS) {
      const inventory = await inventoryOf(count, join(folder, `${count}.yaml`));
      const host = await freshHost(join(folder, `root-${count}`), inventory);
      await measure(provisionCommand(main, host, ["apply", "--yes"]));
      const plan = provisionCommand(main, host, ["plan", "--detailed-exitcode"]);
      subjects.push({ of: `${count} modem${count === 1 ? "" : "s"}`, once: () => measure(plan) });
    }
    const [one, sixteen, most] = await byTurns(rounds, subjects);
    if (!one || !sixteen || !most) throw new Error("nothing was measured");
    return [growth(sixteen, one, 16), growth(most, sixteen, 4), growth(most, one, 2)];
  });
}

function growth(ours: Series, peer: Series, limit: number): Row {
  return { name: `plan, ${ours.of}`, unit: "s", ours, peer, targets: [{ kind: "times-as-much", limit }] };
}
