import { rmSync } from "node:fs";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { Simulator } from "../simulator.ts";
import { carryOut } from "./commands.ts";

/** Serves JSON lines on a unix socket until `quit`; resolves when the socket is there. */
export async function serve(sim: Simulator, path: string, ended: () => void): Promise<Server> {
  rmSync(path, { force: true });
  const inTurn = oneAtATime();
  // A caller may close its side after the question and still gets the answer.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    const lines = createInterface({ input: socket });
    lines.on("line", (line) => inTurn(() => answer(sim, socket, line, () => server.close(() => ended()))));
    lines.on("close", () => inTurn(async () => socket.end()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  return server;
}

/** Two commands at once could pull at the same modem: whoever asks second waits. */
function oneAtATime(): (work: () => Promise<unknown>) => void {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    last = last.then(work);
  };
}

/** Never fails: what goes wrong is in the answer. */
async function answer(sim: Simulator, socket: Socket, line: string, quit: () => void): Promise<void> {
  const result = await carryOut(sim, line);
  if (socket.writable) socket.write(`${JSON.stringify(result.answer)}\n`);
  if (!result.quit) return;
  socket.end();
  quit();
}

/** Sends one command to a running simulator and returns its answer line. */
export async function ask(path: string, line: string): Promise<string> {
  const socket = createConnection(path);
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.once("connect", resolve);
  });
  socket.write(`${line.replaceAll("\n", " ")}\n`);
  for await (const reply of createInterface({ input: socket })) {
    socket.destroy();
    return reply;
  }
  throw new Error("the simulator hung up without an answer");
}
