import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { endProcess } from "../helpers/end-process.ts";
import { GuardedHost, modemWithPin } from "../helpers/guarded-host.ts";
import { sampleModem } from "../helpers/sample-inventory.ts";
import { findSmsd } from "../helpers/smsd-binary.ts";
import { Simulator } from "../sim/simulator.ts";

/*
 * Proves that with smsd-may-start before it the real smsd never spends a second try of a PIN.
 */

const found = await findSmsd();
const host = new GuardedHost();
const WAIT = { timeout: 20_000, interval: 50 };

describe.skipIf("reason" in found)("the real smsd with a wrong PIN", () => {
  const sim = new Simulator();

  let running: ChildProcess | undefined;

  afterEach(async () => {
    if (running) await endProcess(running, "SIGKILL");
    await sim.close();
    host.remove();
  });

  async function serve(until: () => boolean): Promise<void> {
    if ("reason" in found) return;
    const options = [
      "-t",
      `-c${host.configuration}`,
      `-p${host.folder}/pid`,
      `-i${host.folder}/working`,
      "-nMAINPROCESS",
    ];
    running = spawn(found.binary, options, {
      env: { ...found.env, TMPDIR: join(host.folder, "tmp") },
      stdio: "ignore",
    });
    await vi.waitUntil(until, WAIT);
    await endProcess(running, "SIGTERM");
  }

  function polls(name: string): number {
    const entries = sim.modem(name).journal.entries();
    return entries.filter(({ text }) => text === "AT+CPMS?").length;
  }

  it("spends one try, while the other modem goes on serving", async () => {
    host.install([modemWithPin("A"), sampleModem({ name: "B" })], { A: "1111" });
    await sim.plug({ name: "A", link: join(host.folder, "tty_A_AT"), pin: "9999" });
    await sim.plug({ name: "B", link: join(host.folder, "tty_B_AT") });
    expect(host.ask("pin").allowed).toBe(true);
    await serve(() => sim.modem("A").sim.triesLeft === 2 && readFileSync(host.log, "utf8").includes("did not accept"));
    for (let start = 0; start < 3; start++) {
      host.ask("stopped");
      expect(host.ask("pin").allowed).toBe(true);
      const before = polls("B");
      await serve(() => polls("B") > before + 2);
      expect(sim.modem("A").sim.triesLeft).toBe(2);
    }
  });
});
