import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { Listeners } from "../../agent/at/listeners.ts";
import { probe } from "../../agent/at/probe.ts";
import { AtSession } from "../../agent/at/session.ts";
import type { AgentHost } from "../../core/agent-ports.ts";
import { realAgentHost } from "../../host/real-agent-host.ts";
import { loadCatalogue } from "../../provision/models/catalogue.ts";
import { Simulator } from "../sim/simulator.ts";

/*
 * Session, probe and listener with the real serial binding, a real flock and the real log, on a simulated modem's
 * pseudo-terminals.
 */

const WAIT = { timeout: 15_000, interval: 20 };
const folder = mkdtempSync(join(tmpdir(), "agent-at-"));
const tty = join(folder, "ttyAT");
const second = join(folder, "ttySECOND");
const lockFile = join(folder, "access.lock");
const accessLog = join(folder, "access.jsonl");

/** This machine, with its access log in the test's folder. */
async function thisHost(change: Partial<AgentHost> = {}): Promise<AgentHost> {
  const host = await realAgentHost();
  const append = (_: string, line: string) => host.logs.append(accessLog, line);
  return { ...host, logs: { ...host.logs, append }, ...change };
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  ["SIM7600", "AT+CPMUTEMP"],
  ["EC25", "AT+QTEMP"],
])("%s", (model, temperatureCommand) => {
  const sim = new Simulator();
  let host: AgentHost;
  const request = { lockFile, modem: model, tty: second, full: true };

  beforeAll(async () => {
    host = await thisHost();
    await sim.plug({ model, name: "sim", link: tty, modemLink: second, imei: "860000000000017" });
  });
  beforeEach(() => sim.heal(undefined, "sim"));
  afterAll(() => sim.close());

  test("a full probe finds out everything", async () => {
    const { used, capacity } = sim.modem().storage("ME");
    expect(await probe(host, { ...request, temperatureCommand })).toMatchObject({
      answered: true,
      imei: "860000000000017",
      imsi: "262011234567890",
      firmware: sim.modem().get("firmware"),
      sim: "READY",
      registration: 1,
      signal: 20,
      operator: "Simnet",
      storage: { used, total: capacity },
      temperature: 33,
    });
  });

  test("the access is in the log, without IMEI and IMSI", async () => {
    const last = readFileSync(accessLog, "utf8").trim().split("\n").at(-1) ?? "";
    expect(JSON.parse(last)).toMatchObject({ modem: model, port: second, outcome: "ok", pid: process.pid });
    expect(last).not.toMatch(/\d{14}/);
  });

  test("without a SIM it says so", async () => {
    await sim.fault({ kind: "sim-out" });
    const found = await probe(host, request);
    expect(found).toMatchObject({ answered: true, sim: "SIM not inserted", imei: "860000000000017" });
    expect(Object.keys(found)).not.toContain("imsi");
  });

  test.each(["silent", "pending"] as const)(
    "a modem that hangs (%s) is found out, and the port is free again",
    async (how) => {
      await sim.fault({ kind: "hang", how });
      expect(await probe(host, { ...request, full: false })).toMatchObject({ answered: false });
      await sim.heal();
      await vi.waitUntil(async () => (await probe(host, { ...request, full: false })).answered, WAIT);
    },
  );

  test("a modem that a killed program left waiting for a text is freed, and the text thrown away", async () => {
    const killed = await host.serial.open(second);
    let heard = "";
    killed.onData((data) => {
      heard += data.toString("latin1");
    });
    await killed.write(Buffer.from("AT+CMGS=20\r"));
    await vi.waitUntil(() => heard.includes("> "), WAIT);
    await killed.close();
    expect(await probe(host, { ...request, full: false })).toMatchObject({ answered: true });
    expect(sim.modem().outbox.parts).toEqual([]);
  });

  test("a modem that leaves in the middle of a command ends it at once", async () => {
    const session = new AtSession(host, await host.serial.open(tty));
    onTestFinished(() => session.close());
    expect(await session.answers(5000)).toBe(true);
    await sim.fault({ kind: "hang", how: "silent" });
    const asked = session.command("AT+CSQ", 60_000);
    const refused = expect(asked).rejects.toMatchObject({ code: "io" });
    await sim.unplug();
    await refused;
    await sim.plug({ name: "sim" });
  });

  test("the listener hears of messages on the second port, and smsd's port stays clean", async () => {
    let woken = 0;
    const proc: AgentHost["proc"] = {
      holdersOf: (paths) => host.proc.holdersOf(paths),
      lockHolder: (path) => host.proc.lockHolder(path),
      running: (names) => host.proc.running(names),
      smsdModemProcess: async () => 1,
      signal: async () => {
        woken += 1;
        return true;
      },
    };
    const listeners = new Listeners({ ...host, proc });
    onTestFinished(() => listeners.stop());
    const row = (await loadCatalogue(host.program)).find(({ name }) => name === model);
    listeners.set([{ modem: model, tty: second, setup: [...(row?.at.push ?? []), "AT+CNMI=2,1,0,0,0"] }], lockFile);
    await vi.waitUntil(() => listeners.held.length === 1, WAIT);
    // What it tells smsd right after opening.
    await vi.waitUntil(() => woken >= 2, WAIT);
    const before = woken;
    sim.receive({ from: "+491710000001", text: "hello" });
    await vi.waitUntil(() => woken > before, WAIT);
    const noticed = sim
      .modem()
      .journal.entries()
      .filter(({ text }) => text.startsWith("+CMTI"));
    expect([...new Set(noticed.map((entry) => entry.interface))]).toEqual([3]);

    const talk = listeners.talk(second);
    expect(await probe(host, { ...request, ...(talk && { session: talk }) })).toMatchObject({
      answered: true,
      signal: 20,
    });

    await sim.unplug();
    await vi.waitUntil(() => listeners.held.length === 0, WAIT);
    await sim.plug({ name: "sim" });
    await vi.waitUntil(() => listeners.held.length === 1, WAIT);
  });

  test("two readers of one port: what is stolen is noticed, never mistaken", async () => {
    const thief = await host.serial.open(second);
    onTestFinished(() => thief.close());
    const session = new AtSession(host, await host.serial.open(second));
    onTestFinished(() => session.close());
    for (let round = 0; round < 20; round++) {
      const answer = await session.command("AT+CSQ", 300);
      for (const line of answer.lines) expect("+CSQ: 20,99").toContain(line.replace(/^.*(?=\+CSQ)/, ""));
      await sleep(1);
    }
  });
});
