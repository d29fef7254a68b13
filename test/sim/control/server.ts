import { rmSync } from "node:fs";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Simulator } from "../simulator.ts";
import { carryOut } from "./commands.ts";

/** Serves JSON lines on a unix socket until `quit`; resolves when the socket is there. */
export async function serve(sim: Simulator, path: string, ended: () => void): Promise<Server> {
  rmSync(path, { force: true });
  const server = createServer((socket) => talk(sim, socket, () => stop(server, ended)));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  return server;
}

function stop(server: Server, ended: () => void): void {
  server.close(() => ended());
}

function talk(sim: Simulator, socket: Socket, quit: () => void): void {
  socket.on("error", () => socket.destroy());
  createInterface({ input: socket }).on("line", async (line) => {
    const result = await carryOut(sim, line);
    socket.write(`${JSON.stringify(result.answer)}\n`);
    if (!result.quit) return;
    socket.end();
    quit();
  });
}

/** Sends one command to a running simulator and returns its answer line. */
export async function ask(path: string, line: string): Promise<string> {
  const socket = createConnection(path);
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.once("connect", resolve);
  });
  socket.write(`${line.replaceAll("\n", " ")}\n`);
  for await (const answer of createInterface({ input: socket })) {
    socket.destroy();
    return answer;
  }
  throw new Error("the simulator hung up without an answer");
}
