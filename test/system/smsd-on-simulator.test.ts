import { type ChildProcess, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { findSmsd, type SmsdBinary } from "../helpers/smsd-binary.ts";
import { Simulator } from "../sim/simulator.ts";

/*
 * Proves that the real smsd takes the simulator for a modem, with the settings that make it survive an unplug.
 */

const smsd = await findSmsd();
const WAIT = { timeout: 20_000, interval: 50 };
const FOLDERS = ["incoming", "outgoing", "checked", "sent", "failed"] as const;

function configuration(root: string, device: string): string {
  const folders = FOLDERS.map((name) => `${name} = ${root}/${name}`);
  return `devices = GSM1
${folders.join("\n")}
logfile = ${root}/smsd.log
loglevel = 7
delaytime = 1
errorsleeptime = 1
blocktime = 5
notifier = yes
trust_outgoing = yes
incoming_utf8 = yes
decode_unicode_text = no
store_received_pdu = 3
executable_check = no

[GSM1]
device = ${device}
init = AT+CNMI=2,1,0,0,0
incoming = yes
keep_open = no
check_network = 0
send_handshake_select = no
rtscts = no
device_open_retries = -1
device_open_errorsleeptime = 1
memory_start = 0
delaytime = 1
detect_unexpected_input = no
`;
}

function startSmsd({ binary, env }: SmsdBinary, root: string): ChildProcess {
  const options = [`-c${root}/smsd.conf`, `-p${root}/smsd.pid`, `-i${root}/smsd.working`, "-nMAINPROCESS", "-t"];
  return spawn(binary, options, { env: { ...env, TMPDIR: root }, stdio: "ignore" });
}

describe.skipIf("reason" in smsd)(
  `real smsd on a simulated modem${"reason" in smsd ? ` (${smsd.reason})` : ""}`,
  () => {
    const root = mkdtempSync(join(tmpdir(), "smsd-sim-"));
    const device = join(root, "ttySIM");
    const sim = new Simulator();
    let daemon: ChildProcess | undefined;

    function files(folder: (typeof FOLDERS)[number]): Buffer[] {
      const path = join(root, folder);
      return readdirSync(path)
        .filter((name) => !name.endsWith(".LOCK"))
        .map((name) => readFileSync(join(path, name)))
        .filter((content) => content.includes("\n\n"));
    }

    /** Takes the one incoming file that comes from this number, headers as text and body as octets. */
    async function incoming(from: string): Promise<{ headers: string; body: Buffer }> {
      const content = await vi.waitUntil(
        () => files("incoming").find((file) => file.includes(`From: ${from}\n`)),
        WAIT,
      );
      const end = content.indexOf("\n\n");
      return { headers: content.subarray(0, end).toString("latin1"), body: content.subarray(end + 2) };
    }

    function send(name: string, headers: string, body: Buffer | string): void {
      const draft = join(root, "outgoing", `.${name}`);
      writeFileSync(draft, Buffer.concat([Buffer.from(`${headers}\n\n`), Buffer.from(body)]));
      renameSync(draft, join(root, "outgoing", name));
    }

    beforeAll(async () => {
      if ("reason" in smsd) return;
      for (const name of FOLDERS) mkdirSync(join(root, name));
      writeFileSync(join(root, "smsd.conf"), configuration(root, device));
      await sim.plug({ link: device });
      daemon = startSmsd(smsd, root);
      await vi.waitUntil(
        () =>
          sim
            .modem()
            .journal.entries()
            .some(({ text }) => text === "AT+CPMS?"),
        WAIT,
      );
    });

    afterAll(async () => {
      const running = daemon;
      if (running && running.exitCode === null) {
        const ended = new Promise((resolve) => running.once("exit", resolve));
        running.kill("SIGTERM");
        await ended;
      }
      await sim.close();
      rmSync(root, { recursive: true, force: true });
    });

    test("receives GSM-7 with characters of the extension table", async () => {
      sim.receive({ from: "+491710000001", text: "Grüße, 5 € [ok]" });
      const { headers, body } = await incoming("491710000001");
      expect(headers).toContain("Alphabet: UTF-8");
      expect(body.toString()).toBe("Grüße, 5 € [ok]");
    });

    test("receives an emoji as UCS-2", async () => {
      sim.receive({ from: "+491710000002", text: "Привет 😀" });
      const { headers, body } = await incoming("491710000002");
      expect(headers).toContain("Alphabet: UCS2");
      expect(Buffer.from(body).swap16().toString("utf16le")).toBe("Привет 😀");
    });

    test("puts a long message together", async () => {
      const text = "0123456789".repeat(40);
      sim.receive({ from: "+491710000003", text });
      const { headers, body } = await incoming("491710000003");
      expect(headers.match(/^PDU: /gm)).toHaveLength(3);
      expect(body.toString()).toBe(text);
    });

    test("deletes what it has read", async () => {
      await vi.waitUntil(() => sim.modem().storage("ME").used === 0, WAIT);
    });

    test("sends GSM-7", async () => {
      send("gsm7", "To: 491720000001\nAlphabet: UTF-8", "Hello {world} £");
      const [part] = await vi.waitUntil(() => sent("491720000001"), WAIT);
      expect(part).toMatchObject({ encoding: "gsm7", text: "Hello {world} £" });
      await vi.waitUntil(() => existsSync(join(root, "sent", "gsm7")), WAIT);
    });

    test("sends UCS-2 with an emoji", async () => {
      send("ucs2", "To: 491720000002\nAlphabet: UCS2", Buffer.from("ж 😀", "utf16le").swap16());
      const [part] = await vi.waitUntil(() => sent("491720000002"), WAIT);
      expect(part).toMatchObject({ encoding: "ucs2", text: "ж 😀" });
    });

    test("sends a long message in parts that join again", async () => {
      const text = "abcdefghij".repeat(25);
      send("long", "To: 491720000003\nAlphabet: UTF-8", text);
      await vi.waitUntil(() => sent("491720000003")?.length === 2, WAIT);
      expect(sim.modem().outbox.messages().at(-1)).toMatchObject({ to: "+491720000003", parts: 2, text });
    });

    test("talks again after the port was away and came back", async () => {
      // In the middle of a sending smsd waits up to 60 s for the answer, whatever becomes of the port.
      await vi.waitUntil(() => existsSync(join(root, "sent", "long")), WAIT);
      await sim.unplug();
      await vi.waitUntil(
        () => readFileSync(join(root, "smsd.log"), "latin1").includes("Couldn't open serial port"),
        WAIT,
      );
      await sim.plug({ name: "SIM7600" });
      sim.receive({ from: "+491710000004", text: "back" });
      const { body } = await incoming("491710000004");
      expect(body.toString()).toBe("back");
    });

    function sent(to: string) {
      const parts = sim.modem().outbox.parts.filter((part) => part.to.endsWith(to));
      return parts.length > 0 ? parts : undefined;
    }
  },
);
