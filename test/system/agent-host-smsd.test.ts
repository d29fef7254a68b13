import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { AgentHost } from "../../core/agent-ports.ts";
import { realAgentHost } from "../../host/real-agent-host.ts";
import { findSmsd } from "../helpers/smsd-binary.ts";
import { Simulator } from "../sim/simulator.ts";

/*
 * What the real host sees of the real smsd: which process serves which modem, and who has a terminal open.
 */

const smsd = await findSmsd();
const WAIT = { timeout: 20_000, interval: 50 };
/** Names that no other smsd on this machine uses. */
const MODEMS = ["TRIAL-A", "TRIAL-A-2", "ZEBRA-IN-GARAGE"];

function configuration(root: string): string {
  const folders = ["incoming", "outgoing", "checked", "sent", "failed"].map((name) => `${name} = ${root}/${name}`);
  const sections = MODEMS.map(
    (name) => `[${name}]\ndevice = ${root}/${name}\nincoming = yes\nkeep_open = yes\ncheck_network = 0\nrtscts = no\n`,
  );
  return `devices = ${MODEMS.join(", ")}\n${folders.join("\n")}\nlogfile = ${root}/log\n${sections.join("\n")}`;
}

describe.skipIf("reason" in smsd)(`processes of the real smsd${"reason" in smsd ? ` (${smsd.reason})` : ""}`, () => {
  const root = mkdtempSync(join(tmpdir(), "agent-smsd-"));
  const sim = new Simulator();
  let daemon: ChildProcess;
  let host: AgentHost;

  beforeAll(async () => {
    if ("reason" in smsd) return;
    for (const name of ["incoming", "outgoing", "checked", "sent", "failed"]) mkdirSync(join(root, name));
    writeFileSync(join(root, "smsd.conf"), configuration(root));
    for (const name of MODEMS) await sim.plug({ name, link: join(root, name) });
    host = await realAgentHost();
    const options = [`-c${root}/smsd.conf`, `-p${root}/pid`, `-i${root}/working`, "-nMAINPROCESS", "-t"];
    daemon = spawn(smsd.binary, options, { env: { ...smsd.env, TMPDIR: root }, stdio: "ignore", detached: true });
  });

  afterAll(async () => {
    // Its main process does not wait for all of its modems' processes.
    if (daemon?.pid !== undefined) process.kill(-daemon.pid, "SIGKILL");
    await sim.close();
    rmSync(root, { recursive: true, force: true });
  });

  test("each modem has a process of its own, also one whose name has no room, and it has the modem's terminal open", async () => {
    for (const name of MODEMS) {
      const path = join(root, name);
      // The simulator's socat has it open as well.
      const holding = async () => {
        const holders = (await host.proc.holdersOf([path])).get(path) ?? [];
        return holders.filter((holder) => holder.process === "smsd").map((holder) => holder.pid);
      };
      await vi.waitUntil(async () => (await holding()).length === 1, WAIT);
      expect([await host.proc.smsdModemProcess(name)], name).toEqual(await holding());
    }
    expect(await host.proc.smsdModemProcess("EC25")).toBeUndefined();
  });
});
