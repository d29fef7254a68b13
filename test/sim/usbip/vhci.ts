import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const CONTROLLER = "/sys/devices/platform/vhci_hcd.0";
const HIGH_SPEED = 3;
/** A port that was just left is not free at once. */
const ATTACH_TRIES = 50;
const ATTACH_PAUSE = 100;

/** Where the virtual host controller is told about devices; a test gives a folder of its own. */
export interface Vhci {
  /**
   * Hands the kernel one end of a socket as USB device on `port` and returns the other end.
   * `connect` gets that end before the kernel knows of it, so that no octet is missed; after a failed try it gets another.
   */
  attach(port: number, connect: (socket: Socket) => void): Promise<Socket>;
}

export const kernelVhci: Vhci = {
  async attach(port, connect) {
    for (let attempt = 1; ; attempt++) {
      const result = await tryAttach(port, connect);
      if (result instanceof Socket) return result;
      if (attempt === ATTACH_TRIES) throw new Error(`cannot attach to vhci port ${port}: ${result}${await hint()}`);
      await sleep(ATTACH_PAUSE);
    }
  },
};

/**
 * Node has no socketpair(), but an extra `pipe` of a child is one end of an AF_UNIX stream pair: the shell
 * names its descriptor 3 to the kernel, which keeps it when the shell ends.
 */
async function tryAttach(port: number, connect: (socket: Socket) => void): Promise<Socket | string> {
  const deviceId = (1 << 16) | (port + 2);
  const script = `printf '%s' '${port} 3 ${deviceId} ${HIGH_SPEED}' > ${CONTROLLER}/attach`;
  const child = spawn("/bin/sh", ["-c", script], { stdio: ["ignore", "ignore", "pipe", "pipe"] });
  const socket = child.stdio[3];
  if (!(socket instanceof Socket)) throw new Error("the extra descriptor of a child is not a socket");
  socket.on("error", () => socket.destroy());
  connect(socket);
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  if (code === 0) return socket;
  socket.destroy();
  return complaint.trim() || `exit ${code}`;
}

async function hint(): Promise<string> {
  const there = await readFile(`${CONTROLLER}/status`).then(
    () => true,
    () => false,
  );
  return there ? "" : "; load the kernel module vhci_hcd (needs root)";
}
