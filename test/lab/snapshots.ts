import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { STATE_FILE } from "../../agent/paths.ts";
import { bringTo, SHARE } from "./guest.ts";
import { SIM_SOCKET, START_SIM } from "./guest-sim.ts";
import { ensureImage } from "./image/build.ts";
import { QUICK_SIM7600 } from "./inventories.ts";
import { program } from "./parts/program.ts";
import { simulator } from "./parts/sim.ts";
import type { Machine } from "./vm/machine.ts";
import { bootedSnapshot, derivedSnapshot, type Snapshot } from "./vm/snapshot.ts";

/**
 * `fresh`: a booted Debian with nothing of ours. `installed`: the program in /opt and Debian's smstools beside it.
 * `gateway`: the same after `provision apply`, with one modem, smsd and the agent at work.
 */
export const SNAPSHOT_NAMES = ["fresh", "installed", "gateway"] as const;
export type SnapshotName = (typeof SNAPSHOT_NAMES)[number];

/** What scenarios start from; built where its inputs changed, from nothing in about three minutes. */
export async function ensureSnapshot(name: SnapshotName, say: (line: string) => void): Promise<Snapshot> {
  const image = await ensureImage(say);
  const fresh = await freshSnapshot(await bootedSnapshot(image, say), say);
  if (name === "fresh") return fresh;
  const installed = await installedSnapshot(fresh, say);
  return name === "installed" ? installed : await gatewaySnapshot(installed, say);
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
  const steps = installSteps(release.key, await commandsOf(release.folder));
  return await derivedSnapshot("installed", fresh, steps.join("\n"), async (machine, folder) => {
    say("installing the program in it");
    await bringTo(folder, machine, release.folder, "program");
    for (const step of steps) await must(machine, step);
  });
}

/** Commands of the program: name → its main file. */
async function commandsOf(release: string): Promise<Readonly<Record<string, string>>> {
  const manifest = JSON.parse(await readFile(join(release, "package.json"), "utf8")) as { bin: Record<string, string> };
  return manifest.bin;
}

/** The layout that bootstrap.sh makes. */
function installSteps(key: string, commands: Readonly<Record<string, string>>): readonly string[] {
  const home = `/opt/modemkeeper/releases/${key}`;
  return [
    "apt-get install --yes --quiet smstools",
    `mkdir -p ${home}/node/bin && cp -r ${SHARE}/program/. ${home}/ && umount ${SHARE}`,
    `ln /srv/lab/node ${home}/node/bin/node && ln -sfn releases/${key} /opt/modemkeeper/current`,
    ...Object.entries(commands).map(
      ([name, main]) => `cat >/usr/local/bin/${name} <<'END' && chmod 755 /usr/local/bin/${name}\n${wrapper(main)}END`,
    ),
    // Fill Node's cache of compiled code: loading a command's modules, or the agent's, takes half the time then.
    `provision plan -i ${home}/inventory.yaml >/dev/null`,
    `modemkeeper -i ${home}/inventory.yaml status >/dev/null || true`,
    `modemkeeper engine inventory ${home}/inventory.yaml >/dev/null`,
  ];
}

function wrapper(main: string): string {
  return `#!/bin/sh
export NODE_COMPILE_CACHE="\${NODE_COMPILE_CACHE:-/var/cache/modemkeeper}"
exec /opt/modemkeeper/current/node/bin/node /opt/modemkeeper/current/${main} "$@"
`;
}

/** Most scenarios begin with a gateway that works: setting one up takes 40 s under emulation, continuing it one. */
async function gatewaySnapshot(installed: Snapshot, say: (line: string) => void): Promise<Snapshot> {
  return await derivedSnapshot("gateway", installed, GATEWAY_STEPS.join("\n"), async (machine) => {
    say("making it a gateway at work");
    for (const step of GATEWAY_STEPS) await must(machine, step);
  });
}

/** It has looked at everything once, provision's engine included: no scenario needs to wait for that, or to pay for it. */
const AGENT_WORKS = `timeout 120 sh -c 'until grep -q "\\"state\\": *\\"converged\\"" ${STATE_FILE}; do sleep 0.5; done'`;

const GATEWAY_STEPS = [
  `echo '{"cmd":"plug","model":"SIM7600","port":0}' | socat -t 60 - UNIX-CONNECT:${SIM_SOCKET}`,
  "timeout 60 sh -c 'until [ -e /dev/ttyUSB4 ]; do sleep 0.2; done' && udevadm settle",
  `cat >/root/inventory.yaml <<'END'\n${QUICK_SIM7600}END`,
  "provision apply --yes -i /root/inventory.yaml 2>&1",
  "timeout 60 sh -c 'until grep -q \"SIM7600: No SMS received\" /var/log/smstools/smsd.log; do sleep 0.5; done'",
  // Each command's and the agent's own compiled code, too, which Node keeps when it ends.
  "modemkeeper status >/dev/null || true",
  "modemkeeper smsd restart >/dev/null",
  AGENT_WORKS,
  "systemctl restart modemkeeper",
  AGENT_WORKS,
];

async function must(machine: Machine, command: string): Promise<void> {
  const result = await machine.channel.run(command, { seconds: 300 });
  if (result.code === 0) return;
  throw new Error(
    `preparing the lab's machine, exit code ${result.code}: ${command}\n${result.stdout}${result.stderr}`,
  );
}
