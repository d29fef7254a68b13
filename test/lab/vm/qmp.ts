import { setTimeout as sleep } from "node:timers/promises";
import { connectSoon, JsonLines } from "./json-lines.ts";
import { Pending } from "./pending.ts";

interface Answer {
  readonly id?: number;
  readonly return?: Record<string, unknown>;
  readonly error?: { readonly desc: string };
}

/** QEMU's control socket (docs/interop/qmp-spec in QEMU's manual): stop, continue, save, quit. */
export class Qmp {
  readonly #pending = new Pending<Record<string, unknown>>();
  #lines: JsonLines | undefined;

  static async open(path: string, alive: () => boolean): Promise<Qmp> {
    const qmp = new Qmp();
    const socket = await connectSoon(path, 20, alive);
    qmp.#lines = new JsonLines(
      socket,
      (message) => qmp.#take(message as Answer),
      () => qmp.#pending.refuseAll(new Error("the emulator ended")),
    );
    await qmp.execute("qmp_capabilities");
    return qmp;
  }

  async execute(command: string, args: object = {}, seconds = 20): Promise<Record<string, unknown>> {
    const send = (id: number) => this.#lines?.send({ execute: command, arguments: args, id });
    return await this.#pending.ask(send, seconds, `QMP ${command}: no answer in ${seconds} s`);
  }

  /** Writes the stopped guest's memory and devices to `file`. */
  async save(file: string): Promise<void> {
    await this.execute("stop");
    // The default limit of 128 MiB/s would double the time.
    await this.execute("migrate-set-parameters", { "max-bandwidth": 8 * 2 ** 30 });
    await this.execute("migrate", { uri: `exec:cat > '${file}'` });
    await this.#until("query-migrate", "completed", 60);
  }

  /** Lets a guest run that was started with `-incoming`, once its memory has arrived. */
  async resume(): Promise<void> {
    await this.#until("query-status", "paused", 30);
    await this.execute("cont");
  }

  close(): void {
    this.#lines?.close();
  }

  async #until(query: string, wanted: string, seconds: number): Promise<void> {
    const end = Date.now() + seconds * 1000;
    while (Date.now() < end) {
      const state = await this.execute(query);
      if (state.status === wanted) return;
      if (state.status === "failed") throw new Error(`QEMU ${query}: ${JSON.stringify(state)}`);
      await sleep(30);
    }
    throw new Error(`QEMU ${query}: not ${wanted} after ${seconds} s`);
  }

  #take(message: Answer): void {
    if (message.id === undefined) return; // an event
    if (message.error === undefined) this.#pending.answer(message.id, message.return ?? {});
    else this.#pending.refuse(message.id, new Error(`QMP: ${message.error.desc}`));
  }
}
