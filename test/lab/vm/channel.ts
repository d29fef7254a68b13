import { randomBytes } from "node:crypto";
import { connectSoon, JsonLines } from "./json-lines.ts";
import { Pending } from "./pending.ts";

export interface CommandResult {
  /** Exit code; negative if a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** What the command reads on its standard input. */
  readonly input?: string | Buffer;
  /** The agent kills the command's process group after this time. Default 60. */
  readonly seconds?: number;
}

interface Answer {
  readonly id: number;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** Time that the agent itself gets on top of a command's limit; a loaded host can hold the whole guest up. */
const GRACE_SECONDS = 20;

/** Commands in the guest, several at once, through the agent that listens on a virtio-serial port. */
export class Channel {
  readonly #pending = new Pending<Answer>();
  #lines: JsonLines | undefined;

  static async open(path: string, alive: () => boolean): Promise<Channel> {
    const channel = new Channel();
    const socket = await connectSoon(path, 20, alive);
    channel.#lines = new JsonLines(
      socket,
      (message) => channel.#take(message as Answer),
      () => channel.#pending.refuseAll(new Error("the guest's command channel closed: the emulator ended")),
    );
    return channel;
  }

  /** Runs `command` with /bin/sh as root. A non-zero exit code is a result; a timeout throws. */
  async run(command: string, options: CommandOptions = {}): Promise<CommandResult> {
    const seconds = options.seconds ?? 60;
    const input = Buffer.from(options.input ?? "").toString("base64");
    const answer = await this.#ask({ command, input, seconds }, seconds + GRACE_SECONDS, command);
    const result = { code: answer.code, stdout: decode(answer.stdout), stderr: decode(answer.stderr) };
    if (!answer.timedOut) return result;
    throw new Error(`in the guest, still running after ${seconds} s: ${command}\n${result.stdout}${result.stderr}`);
  }

  /** Sends one line to a Unix socket in the guest and returns the line that comes back. */
  async line(socket: string, line: string, seconds: number): Promise<string> {
    const answer = await this.#ask({ socket, line, seconds }, seconds + GRACE_SECONDS, `${socket} ${line}`);
    if (answer.code === 0) return decode(answer.stdout).trimEnd();
    throw new Error(`${socket} in the guest: ${decode(answer.stderr)} (${line})`);
  }

  /**
   * A file from an offset (in octets) on; undefined if there is none. Waits until there is more than that, at most for so
   * many seconds.
   */
  async read(file: string, from: number, seconds: number): Promise<Buffer | undefined> {
    const answer = await this.#ask({ file, from, seconds }, seconds + GRACE_SECONDS, file);
    return answer.code === 0 ? Buffer.from(answer.stdout, "base64") : undefined;
  }

  /** Which boot of the guest answers; throws if none does within `seconds`. */
  async bootId(seconds: number): Promise<string> {
    const command = "cat /proc/sys/kernel/random/boot_id";
    return decode((await this.#ask({ command, seconds: 10 }, seconds, "its boot id")).stdout).trim();
  }

  /** Gives a restored guest the right time of day and fresh randomness. */
  async wake(): Promise<void> {
    const seed = randomBytes(64).toString("base64");
    await this.#ask({ epochSeconds: Date.now() / 1000, seed }, GRACE_SECONDS, "setting its clock");
  }

  close(): void {
    this.#lines?.close();
  }

  async #ask(request: object, seconds: number, what: string): Promise<Answer> {
    const send = (id: number) => this.#lines?.send({ id, ...request });
    return await this.#pending.ask(send, seconds, `the guest did not answer in ${seconds} s: ${what}`);
  }

  #take(answer: Answer): void {
    this.#pending.answer(answer.id, answer);
  }
}

function decode(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}
