import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Listeners } from "../agent/at/listeners.ts";
import { realAgentHost } from "../host/real-agent-host.ts";
import { loadCatalogue } from "../provision/models/catalogue.ts";
import { scratch } from "../test/helpers/smsd-accepts.ts";
import type { SmsdBinary } from "../test/helpers/smsd-binary.ts";
import { Gateway } from "./gateway.ts";
import { plainSeries, type Row } from "./row.ts";
import { withScratch } from "./scratch.ts";
import { debianConfiguration, renderedConfiguration } from "./smsd-configurations.ts";

/** How often smsd looks, in seconds, when its configuration does not say (`delaytime`). */
const DEFAULT_POLL = 10;

interface Receiver {
  readonly of: string;
  readonly gateway: Gateway;
  stop(): Promise<void>;
}

/**
 * From the SMS on the modem to its file in `incoming/`: smsd woken by the agent's listener on the second AT port, beside
 * smsd that polls as it does by default and beside one that polls every second.
 */
export async function incomingRows(rounds: number, smsd: SmsdBinary): Promise<readonly Row[]> {
  return withScratch(async (folder) => {
    const receivers: Receiver[] = [];
    try {
      receivers.push(await pushed(smsd, folder), await byDefault(smsd, folder), await everySecond(smsd, folder));
      return await compare(rounds, receivers);
    } finally {
      for (const receiver of receivers) await receiver.stop();
    }
  });
}

async function pushed(smsd: SmsdBinary, folder: string): Promise<Receiver> {
  const place = scratch();
  const [device, second] = [join(folder, "tty-pushed"), join(folder, "tty-second")];
  const gateway = await Gateway.start(smsd, device, await renderedConfiguration(place, device), second);
  const host = await realAgentHost();
  // The benchmark leaves nothing on the machine: no line in the access log.
  const listeners = new Listeners({ ...host, logs: { ...host.logs, append: async () => {} } });
  const model = (await loadCatalogue(host.program)).find(({ name }) => name === "SIM7600");
  listeners.set(
    [{ modem: "SIM7600", tty: await realpath(second), setup: model?.at.push ?? [] }],
    join(folder, "access.lock"),
  );
  const stop = async () => {
    await listeners.stop();
    await gateway.stop();
    place.remove();
  };
  return { of: "pushed by the agent", gateway, stop };
}

async function byDefault(smsd: SmsdBinary, folder: string): Promise<Receiver> {
  const device = join(folder, "tty-default");
  const gateway = await Gateway.start(smsd, device, await debianConfiguration(folder, device, smsd.binary));
  return { of: "smsd's default poll", gateway, stop: () => gateway.stop() };
}

async function everySecond(smsd: SmsdBinary, folder: string): Promise<Receiver> {
  const place = scratch();
  const device = join(folder, "tty-second-poll");
  const gateway = await Gateway.start(smsd, device, await renderedConfiguration(place, device, "POLLED"));
  const stop = async () => {
    await gateway.stop();
    place.remove();
  };
  return { of: "delaytime=1", gateway, stop };
}

async function compare(rounds: number, receivers: readonly Receiver[]): Promise<readonly Row[]> {
  const seconds = receivers.map((): number[] => []);
  // All are up once they have received one.
  await Promise.all(receivers.map(({ gateway }) => gateway.receive("first")));
  for (let round = 0; round < rounds; round++) {
    for (const [index, { gateway }] of receivers.entries()) {
      // What is hit by chance is the phase of the poll, so the rounds are spread evenly over one.
      await sleep(((round + 0.5) / rounds) * DEFAULT_POLL * 1000);
      seconds[index]?.push(await gateway.receive(`message ${round}`));
    }
  }
  const [ours, ...peers] = receivers.map(({ of }, index) => plainSeries(of, seconds[index] ?? []));
  if (!ours) throw new Error("nothing was measured");
  const targets: Row["targets"] = [{ kind: "at-most", limit: 0.15 }];
  return peers.map((peer) => ({ name: "SMS on the modem → incoming/", unit: "s", ours, peer, targets }));
}
