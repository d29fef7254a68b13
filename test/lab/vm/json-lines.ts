import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A socket that carries one JSON object a line, both ways: QEMU's QMP and the guest's command agent speak so. */
export class JsonLines {
  readonly #socket: Socket;
  #rest = "";

  constructor(socket: Socket, onMessage: (message: unknown) => void, onClose: () => void) {
    this.#socket = socket;
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      const lines = (this.#rest + text).split("\n");
      this.#rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "") onMessage(JSON.parse(line));
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", onClose);
  }

  send(message: object): void {
    this.#socket.write(`${JSON.stringify(message)}\n`);
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** Connects to a socket that a process started just now is about to make. Throws after `seconds`. */
export async function connectSoon(path: string, seconds: number, alive: () => boolean): Promise<Socket> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end && alive()) {
    const socket = await tryConnect(path);
    if (socket !== undefined) return socket;
    await sleep(20);
  }
  throw new Error(
    alive() ? `nothing listens on ${path} after ${seconds} s` : `the emulator ended before it listened on ${path}`,
  );
}

async function tryConnect(path: string): Promise<Socket | undefined> {
  return await new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => resolve(socket));
    socket.once("error", () => resolve(undefined));
  });
}
