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
import { expect, vi } from "vitest";
import type { IncomingMessage } from "../../core/model/message.ts";
import { compose, type Outgoing } from "../../core/sms/compose.ts";
import { isMessageName } from "../../core/sms/message-name.ts";
import { endProcess } from "../helpers/end-process.ts";
import type { SmsdBinary } from "../helpers/smsd-binary.ts";
import type { Delivery } from "../sim/modem/network.ts";
import { Simulator } from "../sim/simulator.ts";
import { parse } from "../unit/core/sms/smsd-file.ts";

export const WAIT = { timeout: 20_000, interval: 20 };
const FOLDERS = ["incoming", "report", "outgoing", "checked", "sent", "failed"] as const;

/** A real smsd on a simulated modem, and core/sms on both sides of it. */
export class Gateway {
  readonly root = mkdtempSync(join(tmpdir(), "sms-files-"));
  readonly sim = new Simulator();
  #daemon: ChildProcess | undefined;

  async start({ binary, env }: SmsdBinary, settings: string): Promise<void> {
    for (const name of FOLDERS) mkdirSync(join(this.root, name));
    writeFileSync(join(this.root, "smsd.conf"), configuration(this.root, settings));
    await this.sim.plug({ link: join(this.root, "ttyAT") });
    const options = ["smsd.conf", "smsd.pid", "smsd.working"].map(
      (name, index) => `-${"cpi"[index]}${this.root}/${name}`,
    );
    const process = { env: { ...env, TMPDIR: this.root }, stdio: "ignore" } as const;
    this.#daemon = spawn(binary, [...options, "-nMAINPROCESS", "-t"], process);
    await vi.waitUntil(() => this.#log().includes("No SMS received"), WAIT);
  }

  async stop(): Promise<void> {
    if (this.#daemon) await endProcess(this.#daemon, "SIGTERM");
    await this.sim.close();
    rmSync(this.root, { recursive: true, force: true });
  }

  #log(): string {
    const path = join(this.root, "smsd.log");
    return existsSync(path) ? readFileSync(path, "latin1") : "";
  }

  /** What the files of a folder are by now: those that are complete by their content. */
  messages(folder: "incoming" | "report" = "incoming"): IncomingMessage[] {
    return readdirSync(join(this.root, folder))
      .filter(isMessageName)
      .map((fileName) => parse(readFileSync(join(this.root, folder, fileName)), { fileName }))
      .flatMap((parsed) => (parsed.kind === "message" && parsed.completeness === "complete" ? [parsed.message] : []));
  }

  async receive(delivery: Delivery, from = delivery.from): Promise<IncomingMessage> {
    this.sim.receive(delivery);
    return vi.waitUntil(() => this.messages().find((message) => message.from === from), WAIT);
  }

  /** Hands smsd what was composed, and waits until the simulated modem has sent all its parts. */
  async send(outgoing: Outgoing): Promise<{ readonly text: string; readonly flash: boolean }> {
    const composed = compose(outgoing);
    const name = `m${composed.to.replace("+", "")}`;
    const draft = join(this.root, "outgoing", `.${name}`);
    writeFileSync(draft, composed.content, "latin1");
    renameSync(draft, join(this.root, "outgoing", name));
    await vi.waitUntil(() => existsSync(join(this.root, "sent", name)), WAIT);
    const sent = this.sim
      .modem()
      .outbox.messages()
      .find((message) => message.to === composed.to);
    const part = this.sim.modem().outbox.parts.find(({ to }) => to === composed.to);
    expect(sent?.parts).toBe(composed.parts);
    return { text: sent?.text ?? "", flash: part?.flash ?? false };
  }
}

function configuration(root: string, settings: string): string {
  return `devices = GSM1
${FOLDERS.map((name) => `${name} = ${root}/${name}`).join("\n")}
logfile = ${root}/smsd.log
loglevel = 6
${settings}
decode_unicode_text = no
notifier = yes
trust_outgoing = yes
delaytime = 0
executable_check = no

[GSM1]
device = ${root}/ttyAT
init = AT+CNMI=2,1,0,2,0
incoming = high
keep_open = no
check_network = 0
pin = ignore
pre_init = no
status_signal_quality = no
send_handshake_select = no
rtscts = no
memory_start = 0
detect_unexpected_input = no
`;
}
