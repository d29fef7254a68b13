import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Simulator } from "../../sim/simulator.ts";
import type { SmsdBinary } from "../smsd-binary.ts";

const FOLDERS = ["incoming", "outgoing", "checked", "sent", "failed", "saved"] as const;

export interface ReceivingSmsdOptions {
  /** Names of its modems. */
  readonly modems: readonly string[];
  /** Program that smsd starts for each message. */
  readonly eventhandler?: string;
}

/** The real smsd with simulated modems, which receives as fast as it can: several hundred messages a second. */
export class ReceivingSmsd {
  readonly sim = new Simulator();
  readonly incoming: string;
  readonly #smsd: SmsdBinary;
  readonly #root: string;
  #daemon: ChildProcess | undefined;

  private constructor(smsd: SmsdBinary, root: string) {
    this.#smsd = smsd;
    this.#root = root;
    this.incoming = join(root, "incoming");
  }

  /** Makes smsd's folders and configuration in `root` and plugs the modems in; smsd itself is started with `start`. */
  static async prepare(smsd: SmsdBinary, root: string, options: ReceivingSmsdOptions): Promise<ReceivingSmsd> {
    const made = new ReceivingSmsd(smsd, root);
    for (const name of FOLDERS) mkdirSync(join(root, name));
    writeFileSync(join(root, "smsd.conf"), configuration(root, options));
    // An EC25 has the larger memory: 255 messages.
    for (const name of options.modems) await made.sim.plug({ name, model: "EC25", link: join(root, `tty-${name}`) });
    return made;
  }

  start(): void {
    const { binary, env } = this.#smsd;
    const root = this.#root;
    const options = [`-c${root}/smsd.conf`, `-p${root}/smsd.pid`, `-i${root}/smsd.working`, "-nMAINPROCESS", "-t"];
    this.#daemon = spawn(binary, options, { env: { ...env, TMPDIR: root }, stdio: "ignore", detached: true });
  }

  /** Kills smsd with the processes of its modems, which would go on without it. */
  async kill(): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = undefined;
    if (daemon?.pid === undefined) return;
    const ended =
      daemon.exitCode === null && daemon.signalCode === null
        ? new Promise((resolve) => daemon.once("exit", resolve))
        : undefined;
    try {
      process.kill(-daemon.pid, "SIGKILL");
    } catch {
      // Nobody of the group is left.
    }
    await ended;
  }

  async stop(): Promise<void> {
    await this.kill();
    await this.sim.close();
  }
}

/**
 * As `provision` renders it where that matters to what is written (UTF-8, UCS-2 as it came, every PDU, part storage apart).
 * The rest makes smsd fast: it asks without a pause (`delaytime = 0`), reads the whole memory with one command
 * (`check_memory_method = 31`) and looks for answers every 5 ms (`poll_faster`).
 */
function configuration(root: string, { modems, eventhandler }: ReceivingSmsdOptions): string {
  return `devices = ${modems.join(", ")}
${FOLDERS.map((name) => `${name} = ${root}/${name}`).join("\n")}
logfile = ${root}/smsd.log
loglevel = 5
delaytime = 0
errorsleeptime = 1
incoming_utf8 = yes
decode_unicode_text = no
store_received_pdu = 3
status_signal_quality = no
${eventhandler === undefined ? "" : `eventhandler = ${eventhandler}\n`}
[default]
init = AT+CNMI=2,1,0,0,0
incoming = yes
keep_open = yes
pre_init = no
pin = ignore
check_network = 0
send_handshake_select = no
rtscts = no
device_open_retries = -1
device_open_errorsleeptime = 1
detect_unexpected_input = no
detect_message_routing = no
memory_start = 0
check_memory_method = 31
poll_faster = 20
delaytime = 0
${modems.map((name) => `[${name}]\ndevice = ${root}/tty-${name}`).join("\n")}
`;
}
