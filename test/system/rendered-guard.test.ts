import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Modem } from "../../core/model/inventory.ts";
import { GUARD, SMSD_CONF, SUSPEND } from "../../provision/desired/paths.ts";
import { sampleModem, sampleSecret } from "../helpers/sample-inventory.ts";
import { renderInto, scratch } from "../helpers/smsd-accepts.ts";
import { findSmsd } from "../helpers/smsd-binary.ts";
import { Simulator } from "../sim/simulator.ts";

/*
 * What smsd-may-start allows and refuses, run by the real sh; and that with it the real smsd
 * never spends a second try of a PIN.
 */

const place = scratch();
const { folder } = place;
const state = join(folder, "state");
const log = join(folder, "log/smsd.log");
const guard = join(folder, "guard");
const configuration = join(folder, "smsd.conf");
const WAIT = { timeout: 20_000, interval: 50 };
const children = new Set<ChildProcess>();

/** Renders and moves what has a fixed place on a host into the scratch folder. */
function install(modems: readonly Modem[], pins: Readonly<Record<string, string>> = {}): void {
  const entries = Object.entries(pins);
  const secrets = entries.map(([name, pin]) => [name, { ...sampleSecret(pin), mask: `(secret of ${name})` }] as const);
  const texts = renderInto(place, { modems, smsd: place.smsd() }, new Map(secrets));
  const moved = (path: string) =>
    (texts.get(path) ?? "")
      .replaceAll(SMSD_CONF, configuration)
      .replaceAll(SUSPEND, join(folder, "suspend"))
      .replaceAll("/var/lib/smstools", state)
      .replaceAll("/dev/ttyUSB_", `${folder}/tty_`);
  for (const made of [state, join(folder, "log")]) mkdirSync(made, { recursive: true });
  writeFileSync(guard, moved(GUARD));
  writeFileSync(configuration, moved(SMSD_CONF));
}

function withPin(name: string): Modem {
  return sampleModem({ name, pin: { from: "env", name } });
}

function ask(verb: string, env: NodeJS.ProcessEnv = process.env): { readonly allowed: boolean; readonly said: string } {
  const { status, stderr } = spawnSync("/bin/sh", [guard, verb], { encoding: "utf8", env });
  return { allowed: status === 0, said: stderr };
}

function logged(text: string): void {
  writeFileSync(log, `2030-01-01 00:00:00,${text}\n`, { flag: "a" });
}

function refused(name: string): void {
  logged(`3, ${name}: Modem did not accept this PIN`);
}

function suspended(): string {
  return readFileSync(join(folder, "suspend"), "utf8");
}

beforeEach(() => mkdirSync(folder, { recursive: true }));
afterEach(async () => {
  await Promise.all([...children].map((child) => end(child, "SIGKILL")));
  children.clear();
  place.remove();
});

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await ended;
}

describe("after a refused PIN", () => {
  it("smsd may not start again, and is told so by name", () => {
    install([withPin("A")], { A: "1111" });
    expect(ask("pin")).toEqual({ allowed: true, said: "" });
    refused("A");
    const { allowed, said } = ask("pin");
    expect(allowed).toBe(false);
    expect(said).toContain("the PIN of A was refused");
    expect(ask("pin").allowed).toBe(false);
  });

  it("smsd may start with another PIN, and with a new SIM once the memory is removed", () => {
    install([withPin("A")], { A: "1111" });
    ask("pin");
    refused("A");
    install([withPin("A")], { A: "2222" });
    expect(ask("pin").allowed).toBe(true);
    refused("A");
    expect(ask("pin").allowed).toBe(false);
    rmSync(join(state, "pins-tried"));
    expect(ask("pin").allowed).toBe(true);
  });

  it("only the modem that refused is held, at every start, and the others serve", () => {
    install([withPin("A"), withPin("B"), sampleModem({ name: "C" })], { A: "1111", B: "1111" });
    expect(ask("pin").allowed).toBe(true);
    expect(suspended()).toBe("");
    refused("A");
    for (let start = 0; start < 3; start++) {
      const { allowed, said } = ask("pin");
      expect(allowed).toBe(true);
      expect(said).toContain("smsd starts without A");
      expect(suspended()).toBe("A: its PIN was refused at an earlier start\n");
    }
  });

  it("a change of one PIN gives no second try to another", () => {
    install([withPin("A"), withPin("B")], { A: "1111", B: "1111" });
    ask("pin");
    refused("A");
    refused("B");
    install([withPin("A"), withPin("B")], { A: "1111", B: "2222" });
    expect(ask("pin").allowed).toBe(true);
    expect(suspended()).toMatch(/^A: [^\n]*\n$/);
  });

  it("the log may be rotated, more than once if smsd was stopped between", () => {
    install([withPin("A")], { A: "1111" });
    ask("pin");
    refused("A");
    renameSync(log, `${log}.1`);
    writeFileSync(log, "");
    expect(ask("stopped").allowed).toBe(true);
    renameSync(log, `${log}.1`);
    expect(ask("pin").allowed).toBe(false);
  });

  it("nothing else in the log counts, not even bytes that are no text", () => {
    install([withPin("A")], { A: "1111" });
    refused("A");
    expect(ask("pin").allowed).toBe(true);
    writeFileSync(log, Buffer.from([0, 0xff, 0x0a]), { flag: "a" });
    logged("5, A: SMS received, From: 491700000000");
    expect(ask("pin").allowed).toBe(true);
    writeFileSync(log, Buffer.from([0, 0xff, 0x0a]), { flag: "a" });
    refused("A");
    expect(ask("pin").allowed).toBe(false);
  });

  it("smsd does not start where that could not be remembered", () => {
    install([withPin("A")], { A: "1111" });
    rmSync(state, { recursive: true });
    expect(ask("pin").said).toContain("pins-tried cannot be written");
  });
});

describe("another smsd", () => {
  async function running(name: string, options: readonly string[]): Promise<ChildProcess> {
    const program = join(folder, "bin", name);
    mkdirSync(join(folder, "bin"), { recursive: true });
    writeFileSync(program, "#!/bin/sh\nread -r forever\n");
    chmodSync(program, 0o755);
    const child = spawn(program, options, { stdio: "pipe" });
    children.add(child);
    await vi.waitUntil(() => readFileSync(`/proc/${child.pid}/comm`, "utf8") === `${name}\n`, WAIT);
    return child;
  }

  it("on the same spool keeps smsd from starting until it is gone", async () => {
    install([sampleModem()]);
    const other = await running("smsd", ["-t", `-c${configuration}`]);
    expect(ask("alone").said).toContain(`process ${other.pid}`);
    await end(other, "SIGKILL");
    expect(ask("alone").allowed).toBe(true);
  });

  it("is found by a separate argument, too", async () => {
    install([sampleModem()]);
    await running("smsd", ["-c", configuration]);
    expect(ask("alone").allowed).toBe(false);
  });

  it("on another spool may run", async () => {
    install([sampleModem()]);
    writeFileSync(join(folder, "other.conf"), "outgoing = /srv/other/outgoing\n");
    await running("smsd", [`-c${folder}/other.conf`]);
    expect(ask("alone")).toEqual({ allowed: true, said: "" });
  });

  it("is no program whose name only begins alike", async () => {
    install([sampleModem()]);
    await running("smsd-helper", [`-c${configuration}`]);
    expect(ask("alone").allowed).toBe(true);
  });
});

describe("the spool", () => {
  /** A `df` that tells of a disk we do not have. */
  function withDf(line: string): NodeJS.ProcessEnv {
    mkdirSync(join(folder, "bin"), { recursive: true });
    writeFileSync(join(folder, "bin/df"), `#!/bin/sh\necho 'Avail Inodes IFree'\necho '${line}'\n`);
    chmodSync(join(folder, "bin/df"), 0o755);
    return { ...process.env, PATH: `${folder}/bin:${process.env.PATH}` };
  }

  it("as it is made may be used", () => {
    install([sampleModem()]);
    expect(ask("spool")).toEqual({ allowed: true, said: "" });
  });

  it.each([
    ["16384 1000 100", true],
    ["16383 1000 100", false],
    ["0 1000 1000", false],
    ["999999 1000 99", false],
    ["999999 0 0", true],
    ["999999 - -", true],
  ])("on a disk with %s: %s", (line, allowed) => {
    install([sampleModem()]);
    expect(ask("spool", withDf(line)).allowed).toBe(allowed);
  });

  it("without one of its folders may not be used", () => {
    install([sampleModem()]);
    rmSync(join(folder, "sent"), { recursive: true });
    expect(ask("spool")).toMatchObject({ allowed: false, said: expect.stringContaining("sent") });
  });
});

const found = await findSmsd();

describe.skipIf("reason" in found)("the real smsd with a wrong PIN", () => {
  const sim = new Simulator();

  afterEach(() => sim.close());

  async function serve(until: () => boolean): Promise<void> {
    if ("reason" in found) return;
    const options = ["-t", `-c${configuration}`, `-p${folder}/pid`, `-i${folder}/working`, "-nMAINPROCESS"];
    const smsd = spawn(found.binary, options, { env: { ...found.env, TMPDIR: join(folder, "tmp") }, stdio: "ignore" });
    children.add(smsd);
    await vi.waitUntil(until, WAIT);
    await end(smsd, "SIGTERM");
  }

  function polls(name: string): number {
    const entries = sim.modem(name).journal.entries();
    return entries.filter(({ text }) => text === "AT+CPMS?").length;
  }

  it("spends one try, while the other modem goes on serving", async () => {
    install([withPin("A"), sampleModem({ name: "B" })], { A: "1111" });
    await sim.plug({ name: "A", link: join(folder, "tty_A_AT"), pin: "9999" });
    await sim.plug({ name: "B", link: join(folder, "tty_B_AT") });
    expect(ask("pin").allowed).toBe(true);
    await serve(() => sim.modem("A").sim.triesLeft === 2 && readFileSync(log, "utf8").includes("did not accept"));
    for (let start = 0; start < 3; start++) {
      ask("stopped");
      expect(ask("pin").allowed).toBe(true);
      const before = polls("B");
      await serve(() => polls("B") > before + 2);
      expect(sim.modem("A").sim.triesLeft).toBe(2);
    }
    expect(existsSync(join(folder, "suspend"))).toBe(true);
  });
});
