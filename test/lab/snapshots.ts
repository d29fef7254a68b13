import { bringTo, SHARE } from "./guest.ts";
import { START_SIM } from "./guest-sim.ts";
import { ensureImage } from "./image/build.ts";
import { program } from "./parts/program.ts";
import { simulator } from "./parts/sim.ts";
import type { Machine } from "./vm/machine.ts";
import { bootedSnapshot, derivedSnapshot, type Snapshot } from "./vm/snapshot.ts";

/** `fresh`: a booted Debian with nothing of ours. `installed`: the program in /opt and Debian's smstools beside it. */
export type SnapshotName = "fresh" | "installed";

/** What scenarios start from; built where its inputs changed, from nothing in about two minutes. */
export async function ensureSnapshot(name: SnapshotName, say: (line: string) => void): Promise<Snapshot> {
  const image = await ensureImage(say);
  const fresh = await freshSnapshot(await bootedSnapshot(image, say), say);
  return name === "fresh" ? fresh : await installedSnapshot(fresh, say);
}

/**
 * The modem simulator waits in it, so that no scenario pays for starting Node, and the drivers are in memory:
 * loading them takes 4 s under emulation. Which driver takes which interface is still the kernel's own matter.
 */
async function freshSnapshot(booted: Snapshot, say: (line: string) => void): Promise<Snapshot> {
  const sim = await simulator();
  return await derivedSnapshot("fresh", booted, [sim.key, ...FRESH_STEPS].join("\n"), async (machine, folder) => {
    say("starting the modem simulator in it");
    await bringTo(folder, machine, sim.folder, "sim");
    for (const step of FRESH_STEPS) await must(machine, step);
  });
}

const FRESH_STEPS = [
  "modprobe -a vhci_hcd option qmi_wwan cdc_acm",
  `cp -r ${SHARE}/sim /srv/lab/sim && umount ${SHARE}`,
  START_SIM,
  "apt-get update --quiet",
];

async function installedSnapshot(fresh: Snapshot, say: (line: string) => void): Promise<Snapshot> {
  const release = await program();
  const steps = installSteps(release.key);
  return await derivedSnapshot("installed", fresh, steps.join("\n"), async (machine, folder) => {
    say("installing the program in it");
    await bringTo(folder, machine, release.folder, "program");
    for (const step of steps) await must(machine, step);
  });
}

const WRAPPER = `#!/bin/sh
export NODE_COMPILE_CACHE="\${NODE_COMPILE_CACHE:-/var/cache/modemkeeper}"
exec /opt/modemkeeper/current/node/bin/node /opt/modemkeeper/current/dist/provision/main.js "$@"
`;

/** The layout that bootstrap.sh makes. */
function installSteps(key: string): readonly string[] {
  const home = `/opt/modemkeeper/releases/${key}`;
  return [
    "apt-get install --yes --quiet smstools",
    `mkdir -p ${home}/node/bin && cp -r ${SHARE}/program/. ${home}/ && umount ${SHARE}`,
    `ln /srv/lab/node ${home}/node/bin/node && ln -sfn releases/${key} /opt/modemkeeper/current`,
    `cat >/usr/local/bin/provision <<'END'\n${WRAPPER}END`,
    "chmod 755 /usr/local/bin/provision",
    // Fills Node's cache of compiled code.
    `provision plan -i ${home}/inventory.yaml >/dev/null`,
  ];
}

async function must(machine: Machine, command: string): Promise<void> {
  const result = await machine.channel.run(command, { seconds: 120 });
  if (result.code === 0) return;
  throw new Error(
    `preparing the lab's machine, exit code ${result.code}: ${command}\n${result.stdout}${result.stderr}`,
  );
}
