import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { Listeners } from "../../agent/at/listeners.ts";
import type { AgentContext } from "../../agent/commands/context.ts";
import { modemAtCommand } from "../../agent/commands/modem-at.ts";
import type { AgentHost } from "../../core/agent-ports.ts";
import type { AttachedModem } from "../../core/model/attached-modem.ts";
import type { FileSpec } from "../../core/ports.ts";
import { realAgentHost } from "../../host/real-agent-host.ts";
import { endProcess } from "../helpers/end-process.ts";
import { sampleInventory, sampleSmsd } from "../helpers/sample-inventory.ts";
import { findSmsd } from "../helpers/smsd-binary.ts";
import { Simulator } from "../sim/simulator.ts";
import { me } from "../unit/host/scratch.ts";

/*
 * Beside a real smsd that polls once a minute: an announced message is fetched at once, and a command on smsd's own port
 * neither stops it nor mixes with what it says.
 */

const smsd = await findSmsd();
const WAIT = { timeout: 20_000, interval: 20 };
const MODEM = "SIM7600";
const SPOOL = ["incoming", "outgoing", "checked", "sent", "failed"] as const;

describe.skipIf("reason" in smsd)(`beside a real smsd${"reason" in smsd ? ` (${smsd.reason})` : ""}`, () => {
  const root = mkdtempSync(join(tmpdir(), "agent-smsd-"));
  const [at, second] = [join(root, "ttyAT"), join(root, "ttySECOND")];
  const log = join(root, "smsd.log");
  const lockFile = join(root, "access.lock");
  const sim = new Simulator();
  let daemon: ChildProcess | undefined;
  let host: AgentHost;

  /** Says what smsd's log holds after its first `from` characters. */
  const logged = (from = 0) => (existsSync(log) ? readFileSync(log, "latin1") : "").slice(from);

  beforeAll(async () => {
    if ("reason" in smsd) return;
    for (const name of SPOOL) mkdirSync(join(root, name));
    mkdirSync(join(root, "run/smstools"), { recursive: true });
    host = hostBelow(root, await realAgentHost());
    writeFileSync(join(root, "smsd.conf"), configuration(root, at));
    await sim.plug({ link: at, modemLink: second });
    const options = [`-c${root}/smsd.conf`, `-p${root}/smsd.pid`, `-i${root}/smsd.working`, "-nMAINPROCESS", "-t"];
    daemon = spawn(smsd.binary, options, { env: { ...smsd.env, TMPDIR: root }, stdio: "ignore" });
    await vi.waitUntil(() => logged().includes("No SMS received"), WAIT);
  });

  afterAll(async () => {
    if (daemon) await endProcess(daemon, "SIGTERM");
    await sim.close();
    rmSync(root, { recursive: true, force: true });
  });

  test("an announced message is in its file long before the next poll", async () => {
    const listeners = new Listeners(host);
    onTestFinished(() => listeners.stop());
    listeners.set([{ modem: MODEM, tty: second, setup: ["AT+CATR=2"] }], lockFile);
    await vi.waitUntil(() => listeners.held.length === 1, WAIT);
    for (const text of ["one", "two", "three"]) {
      const before = readdirSync(join(root, "incoming")).length;
      sim.receive({ from: "+491710000001", text });
      await vi.waitUntil(() => readdirSync(join(root, "incoming")).length > before, WAIT);
    }
  });

  test("a command on smsd's own port: smsd steps aside for it and comes back", async () => {
    const begin = logged().length;
    const said: string[] = [];
    const pid = daemon?.pid;
    expect(await modemAtCommand(person(said), { name: MODEM, command: "AT+CGMM" })).toBe(0);
    expect(said.join("")).toContain("SIMCOM_SIM7600G-H\nOK\n");
    await vi.waitUntil(() => logged(begin).includes("Suspend ended"), WAIT);
    expect(daemon?.pid).toBe(pid);
    expect(daemon?.exitCode).toBeNull();
    expect(readFileSync(join(root, "run/smstools/suspend"), "utf8")).toBe("");
  });

  function person(said: string[]): AgentContext {
    const device: AttachedModem = {
      ...{ usb: "1e0e:9001", sysName: "1-1", port: "p-usb-0:1" },
      interfaces: [0, 1, 2, 3, 4].map((number) => ({
        number,
        class: "ff",
        tty: number === 2 ? at : `${at}-${number}`,
      })),
    };
    const inventory = sampleInventory({
      smsd: sampleSmsd({ user: me().owner, logfile: log }),
      accessLock: { file: lockFile, heldWarningAfter: 60 },
    });
    return {
      host: { ...host, usb: { attached: async () => [device] }, uid: 0 },
      terminal: {
        out: (text) => said.push(text),
        err: () => {},
        colour: false,
        interactive: false,
        ask: async () => "",
        readInput: async () => "",
      },
      inventoryFile: "",
      inventory: async () => inventory,
      signal: new AbortController().signal,
      verbose: false,
    };
  }
});

/** This machine, with what lies below /run and /var/log in a folder of the test's own. */
function hostBelow(root: string, real: AgentHost): AgentHost {
  const moved = (path: string) => (/^\/(run|var\/log)\//.test(path) ? `${root}${path}` : path);
  const mine = (spec: FileSpec) => ({ ...spec, ...me() });
  return {
    ...real,
    files: {
      read: (path) => real.files.read(moved(path)),
      write: (path, spec) => real.files.write(moved(path), mine(spec)),
      list: (path) => real.files.list(moved(path)),
      makeDirectory: (path, spec) => real.files.makeDirectory(moved(path), spec),
      setAttributes: (path, spec) => real.files.setAttributes(moved(path), spec),
      link: (path, target) => real.files.link(moved(path), target),
      remove: (path) => real.files.remove(moved(path)),
    },
    proc: {
      // socat is the cable: it has both of its ends open.
      holdersOf: async (paths) => {
        const holders = await real.proc.holdersOf(paths);
        return new Map([...holders].map(([path, all]) => [path, all.filter(({ process }) => process !== "socat")]));
      },
      lockHolder: (path) => real.proc.lockHolder(moved(path)),
      smsdModemProcess: (modem) => real.proc.smsdModemProcess(modem),
      running: (names) => real.proc.running(names),
      signal: (pid, signal) => real.proc.signal(pid, signal),
    },
    stats: { ...real.stats, of: (paths) => real.stats.of(paths.map(moved)) },
    logs: { ...real.logs, append: (path, line) => real.logs.append(moved(path), line) },
    locks: {
      tryLock: (path) => real.locks.tryLock(moved(path)),
      lock: (path, wait) => real.locks.lock(moved(path), wait),
    },
  };
}

function configuration(root: string, device: string): string {
  return `devices = ${MODEM}
${SPOOL.map((name) => `${name} = ${root}/${name}`).join("\n")}
logfile = ${root}/smsd.log
loglevel = 6
suspend = ${root}/run/smstools/suspend
delaytime = 60
errorsleeptime = 1
executable_check = no

[${MODEM}]
device = ${device}
init = AT+CNMI=2,1,0,0,0
incoming = yes
keep_open = no
check_network = 0
send_handshake_select = no
rtscts = no
device_open_retries = -1
memory_start = 0
detect_unexpected_input = no
`;
}
