import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { AgentContext } from "../../agent/commands/context.ts";
import { type SmsSendOptions, smsSendCommand } from "../../agent/commands/sms-send.ts";
import { Outgoing } from "../../agent/outgoing/outgoing.ts";
import { DESTINATIONS } from "../../agent/paths.ts";
import type { AgentHost } from "../../core/agent-ports.ts";
import { exitCodeOf } from "../../core/errors.ts";
import { realFolderWatch } from "../../host/folder-watch.ts";
import { realAgentHost } from "../../host/real-agent-host.ts";
import { RealSpoolFiles } from "../../host/spool-files.ts";
import { UNIT } from "../../provision/desired/paths.ts";
import { checkTestMessage } from "../../provision/sending/test-message.ts";
import { endProcess } from "../helpers/end-process.ts";
import { sim7600 } from "../helpers/gateway.ts";
import { sampleInventory, sampleSmsd, sampleSpool } from "../helpers/sample-inventory.ts";
import { findSmsd } from "../helpers/smsd-binary.ts";
import { Simulator } from "../sim/simulator.ts";
import { me } from "../unit/host/scratch.ts";

/*
 * A real smsd takes what `modemkeeper sms send` writes, and what it notes of the outcome is read: by the command that waits
 * for it, and by the agent that watches smsd's folders.
 */

const smsd = await findSmsd();
const WAIT = { timeout: 30_000, interval: 20 };
const MODEM = "SIM7600";
const SPOOL = ["incoming", "outgoing", "checked", "sent", "failed", "report"] as const;
/** One for each test. */
let last = 491720000000;

describe.skipIf("reason" in smsd)(`sending by a real smsd${"reason" in smsd ? ` (${smsd.reason})` : ""}`, () => {
  const root = mkdtempSync(join(tmpdir(), "sms-send-"));
  const device = join(root, "ttyAT");
  const sim = new Simulator();
  const inventory = sampleInventory({
    smsd: sampleSmsd({
      ...{ user: me().owner, group: me().group, logfile: join(root, "smsd.log") },
      spool: sampleSpool(root, join(root, "stats")),
    }),
    manualStop: { ...sampleInventory().manualStop, flag: join(root, "flag") },
  });
  let daemon: ChildProcess | undefined;
  let host: AgentHost;

  async function startSmsd(): Promise<void> {
    if ("reason" in smsd) return;
    const before = logged().length;
    const options = [`-c${root}/smsd.conf`, `-p${root}/smsd.pid`, `-i${root}/smsd.working`, "-nMAINPROCESS", "-t"];
    daemon = spawn(smsd.binary, options, { env: { ...smsd.env, TMPDIR: root }, stdio: "ignore" });
    await vi.waitUntil(() => logged().slice(before).includes("No SMS received"), WAIT);
  }

  async function stopSmsd(): Promise<void> {
    if (daemon) await endProcess(daemon, "SIGTERM");
    daemon = undefined;
  }

  function logged(): string {
    return readdirSync(root).includes("smsd.log") ? readFileSync(join(root, "smsd.log"), "latin1") : "";
  }

  beforeAll(async () => {
    if ("reason" in smsd) return;
    for (const name of SPOOL) mkdirSync(join(root, name));
    writeFileSync(join(root, "smsd.conf"), configuration(root, device));
    host = ofThisTest(await realAgentHost());
    await sim.plug({ link: device });
    await startSmsd();
  });

  afterAll(async () => {
    await stopSmsd();
    await sim.close();
    rmSync(root, { recursive: true, force: true });
  });

  test("GSM 7-bit arrives as it was typed, with characters of the extension table", async () => {
    const { code, out, to } = await send("Grüße [5 €] {ok}");
    expect(out).toMatch(/^Sent to \+\d+: 1 part, \d+\.\d s, by SIM7600\.\n$/);
    expect(code).toBe(0);
    expect(sim.modem().outbox.messages().at(-1)).toMatchObject({ to, text: "Grüße [5 €] {ok}", parts: 1 });
  });

  test("an emoji arrives, and what comes after it", async () => {
    const { code, to } = await send("Hi 😀 ж end");
    expect(code).toBe(0);
    expect(sim.modem().outbox.messages().at(-1)).toMatchObject({ to, text: "Hi 😀 ж end" });
  });

  test.each([
    ["400 characters", "0123456789".repeat(40), 3],
    ["emojis", "😀 0123456".repeat(12), 2],
  ])("%s arrive as one message of several parts", async (_, text, parts) => {
    const { code, out, to } = await send(text);
    expect(code).toBe(0);
    expect(out).toContain(`${parts} parts`);
    expect(sim.modem().outbox.messages().at(-1)).toMatchObject({ to, text, parts });
  });

  test("standard input, a flash message, and a report that will name the message", async () => {
    const { code, out, to } = await send(undefined, { flash: true, report: true }, "from a pipe\n");
    expect(code).toBe(0);
    expect(out).toMatch(/, message \d+\.\n$/);
    expect(sim.modem().outbox.parts.at(-1)).toMatchObject({ to, text: "from a pipe", flash: true, wantsReport: true });
  });

  test("a short code is sent as one", async () => {
    expect((await send("STOP", { to: "22000" })).code).toBe(0);
    expect(sim.modem().outbox.parts.at(-1)?.to).toBe("22000");
  });

  test("what the network refuses is said, and the agent learns of it", async () => {
    const outgoing = watching();
    onTestFinished(() => outgoing.stop());
    await vi.waitUntil(async () => {
      await outgoing.acknowledge(outgoing.observe());
      return readdirSync(root).includes("destinations.json");
    }, WAIT);
    await sim.fault({ kind: "cms-error", code: 38 });
    onTestFinished(() => sim.heal("cms-error"));
    const { code, out, to } = await send("refused text");
    expect(code).toBe(1);
    expect(out).toMatch(
      /^Not sent to \+\d+: \+CMS ERROR: 38.*, by SIM7600\)\.\nIt is kept as .*\/failed\/modemkeeper-/,
    );
    expect(out).toContain("fix: Try again later");
    await vi.waitUntil(() => outgoing.observe().destinations.length === 1, WAIT);
    const seen = outgoing.observe();
    expect(seen.failed).toMatchObject([{ count: 1, modem: MODEM, reason: expect.stringMatching(/^\+CMS ERROR: 38/) }]);
    expect(JSON.stringify(seen)).not.toMatch(/refused text|4917/);
    await outgoing.acknowledge(seen);
    await sim.heal("cms-error");
    expect((await send("at last", { to })).code).toBe(0);
    await vi.waitUntil(() => outgoing.observe().destinations.length === 0, WAIT);
    expect(outgoing.observe().failed).toEqual([]);
  });

  test("a test message is sent as the last check of an apply", async () => {
    last += 1;
    const state = { inventory, attached: [sim7600("1-1", "p-usb-0:1", 0)] };
    const check = await checkTestMessage(host, state, `+${last}`, new AbortController().signal);
    expect(check).toMatchObject({ level: "ok", sentence: expect.stringMatching(/^sent to \+\d+ by SIM7600 in \d/) });
    expect(sim.modem().outbox.messages().at(-1)?.text).toMatch(/^modemkeeper test from [\w.-].* at 20..-/);
  });

  test("while smsd is down nothing is put into its queue; with --queue the next smsd sends it", async () => {
    await stopSmsd();
    expect(await send("nobody")).toMatchObject({ code: 12 });
    expect(readdirSync(join(root, "outgoing"))).toEqual([]);
    const { code, to } = await send("later", { queue: true });
    expect(code).toBe(0);
    await startSmsd();
    await vi.waitUntil(() => sim.modem().outbox.parts.at(-1)?.to === to, WAIT);
    await vi.waitUntil(() => readdirSync(join(root, "checked")).length === 0, WAIT);
  });

  async function send(text: string | undefined, options: Partial<SmsSendOptions> = {}, input = "") {
    last += 1;
    const to = options.to ?? `+${last}`;
    const said = { out: "" };
    const given = { to, ...(text === undefined ? {} : { text }), ...options };
    const code = await smsSendCommand(person(said, input), given).catch(exitCodeOf);
    return { code, out: said.out, to };
  }

  function person(said: { out: string }, input: string): AgentContext {
    return {
      host,
      terminal: {
        out: (text) => {
          said.out += text;
        },
        err: () => {},
        colour: false,
        interactive: false,
        ask: async () => "",
        readInput: async () => input,
      },
      inventoryFile: "",
      inventory: async () => inventory,
      signal: new AbortController().signal,
      verbose: false,
    };
  }

  function watching(): Outgoing {
    const outgoing = new Outgoing(
      { ...host, watch: realFolderWatch, spoolFiles: new RealSpoolFiles(), machineId: "0".repeat(32) },
      () => {},
    );
    outgoing.start(inventory.smsd.spool);
    return outgoing;
  }

  /** This machine, where the only smsd is the test's own. */
  function ofThisTest(real: AgentHost): AgentHost {
    const moved = (path: string) => (path === DESTINATIONS ? join(root, "destinations.json") : path);
    return {
      ...real,
      uid: 0,
      files: {
        read: (path) => real.files.read(moved(path)),
        write: (path, spec) => real.files.write(moved(path), { ...spec, ...me() }),
        list: (path) => real.files.list(path),
        makeDirectory: (path, spec) => real.files.makeDirectory(path, spec),
        setAttributes: (path, spec) => real.files.setAttributes(path, spec),
        link: (path, target) => real.files.link(path, target),
        remove: (path) => real.files.remove(path),
      },
      smsd: {
        ...real.smsd,
        processes: async () =>
          daemon?.pid === undefined ? [] : [{ pid: daemon.pid, unit: UNIT, startedAt: Date.now() }],
      },
      usb: { attached: async () => [] },
    };
  }
});

/** As `provision` renders it where that matters to sending. */
function configuration(root: string, device: string): string {
  return `devices = ${MODEM}
${SPOOL.map((name) => `${name} = ${root}/${name}`).join("\n")}
logfile = ${root}/smsd.log
loglevel = 6
delaytime = 1
errorsleeptime = 1
blocktime = 2
notifier = yes
trust_outgoing = yes
incoming_utf8 = yes
store_received_pdu = 3
datetime_format = %Y-%m-%d %H:%M:%S
umask = 0027
shell_test = no
executable_check = no

[${MODEM}]
device = ${device}
init = AT+CNMI=2,1,0,0,0
incoming = yes
keep_open = no
pin = ignore
check_network = 0
send_handshake_select = no
rtscts = no
device_open_retries = -1
memory_start = 0
poll_faster = 20
detect_unexpected_input = no
`;
}
