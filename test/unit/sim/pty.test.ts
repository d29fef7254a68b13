import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SerialPort } from "serialport";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Simulator } from "../../sim/simulator.ts";

const WAIT = { timeout: 10_000 };
const missing = spawnSync("socat", ["-V"]).error !== undefined;

/** Opens a port with the real serialport and collects what it says. */
async function openPort(path: string): Promise<{ port: SerialPort; heard: () => string }> {
  let text = "";
  const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  port.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  return { port, heard: () => text };
}

// Under CI a missing socat must show as a failure, not as a skip.
describe.skipIf(missing && process.env.CI !== "true")("a modem on pseudo-terminals (needs socat)", () => {
  let folder = "";
  let link = "";
  const sim = new Simulator();

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pty-"));
    link = join(folder, "ttyAT");
  });

  afterEach(async () => {
    await sim.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("serialport holds a dialogue on both AT ports", async () => {
    const modemLink = join(folder, "ttyVOICE");
    await sim.plug({ link, modemLink });
    for (const path of [link, modemLink]) {
      const { port, heard } = await openPort(path);
      port.write("ATE0\rAT+CSQ\r");
      await vi.waitUntil(() => heard().includes("+CSQ: 20,99\r\n\r\nOK"), WAIT);
      await new Promise((resolve) => port.close(resolve));
    }
  });

  test("unplugging hangs the port up; it comes back under the same name", async () => {
    await sim.plug({ link });
    const { port, heard } = await openPort(link);
    // serialport misses a hang-up that comes before it has begun to read.
    port.write("AT\r");
    await vi.waitUntil(() => heard().includes("OK"), WAIT);
    const closed = new Promise((resolve) => port.once("close", resolve));
    await sim.unplug();
    expect(await closed).toMatchObject({ disconnected: true });
    expect(existsSync(link)).toBe(false);
    await sim.plug({ name: "SIM7600" });
    const again = await openPort(link);
    again.port.write("AT\r");
    await vi.waitUntil(() => again.heard().includes("OK"), WAIT);
    await new Promise((resolve) => again.port.close(resolve));
  });

  test("a place where no terminal can be made is an error, and leaves nothing plugged in", async () => {
    const elsewhere = join(folder, "missing", "ttyAT");
    await expect(sim.plug({ name: "x", link: elsewhere })).rejects.toThrow(`cannot make ${elsewhere}`);
    expect(sim.units()[0]?.transport.attached).toBe(false);
  });
});
