import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { scratch } from "../test/helpers/smsd-accepts.ts";
import type { SmsdBinary } from "../test/helpers/smsd-binary.ts";
import { Gateway } from "./gateway.ts";
import { plainSeries, type Row } from "./row.ts";
import { withScratch } from "./scratch.ts";
import { debianConfiguration, renderedConfiguration } from "./smsd-configurations.ts";

/** How often smsd looks, in seconds, when its configuration does not say (`delaytime`). */
const DEFAULT_POLL = 10;

/** From a file in `outgoing/` to the modem being asked to send: as we configure smsd, and as Debian's package does. */
export async function sendRow(rounds: number, smsd: SmsdBinary): Promise<Row> {
  return withScratch(async (folder) => {
    const ours = await startOurs(smsd, folder);
    try {
      const debians = await startDebians(smsd, folder);
      try {
        return await compare(rounds, ours.gateway, debians);
      } finally {
        await debians.stop();
      }
    } finally {
      await ours.stop();
    }
  });
}

async function startOurs(smsd: SmsdBinary, folder: string) {
  const device = join(folder, "tty-ours");
  const place = scratch();
  const gateway = await Gateway.start(smsd, device, await renderedConfiguration(place, device));
  const stop = async () => {
    await gateway.stop();
    place.remove();
  };
  return { gateway, stop };
}

async function startDebians(smsd: SmsdBinary, folder: string): Promise<Gateway> {
  const device = join(folder, "tty-debian");
  const own = join(folder, "debian");
  await mkdir(own);
  return Gateway.start(smsd, device, await debianConfiguration(own, device, smsd.binary));
}

async function compare(rounds: number, ours: Gateway, debians: Gateway): Promise<Row> {
  const seconds: { readonly ours: number[]; readonly debians: number[] } = { ours: [], debians: [] };
  // Both are up once they have sent one.
  await Promise.all([ours.send("first"), debians.send("first")]);
  for (let round = 0; round < rounds; round++) {
    // What is hit by chance is the phase of the poll, so the rounds are spread evenly over one.
    await sleep(((round + 0.5) / rounds) * DEFAULT_POLL * 1000);
    seconds.ours.push(await ours.send(`message-${round}`));
    seconds.debians.push(await debians.send(`message-${round}`));
  }
  return {
    name: "file in outgoing/ → AT+CMGS",
    unit: "s",
    ours: plainSeries("rendered smsd.conf", seconds.ours),
    peer: plainSeries("Debian's smsd.conf", seconds.debians),
    targets: [{ kind: "at-most", limit: 0.1 }],
  };
}
