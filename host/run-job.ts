import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { constants } from "node:os";
import type { Programs } from "../core/agent-ports.ts";
import { ModemkeeperError } from "../core/errors.ts";
import { onAbort } from "./aborting.ts";
import { commandEnvironment, lineSplitter } from "./command.ts";

const TIMEOUT = 600_000;
/** Between the request to end and KILL: a reset that gives smsd its modem back takes seconds, a dead USB device 84 s at most. */
const KILL_AFTER = 60_000;

/** In a process group of its own: what stops us at a terminal does not stop it half way. */
export const runJob: Programs["runJob"] = async (args, onLine, signal) => {
  const [, main] = process.argv;
  if (main === undefined) throw new ModemkeeperError("command-failed", "this program does not know its own file");
  const child = spawn(process.execPath, [...process.execArgv, main, ...args], {
    detached: true,
    env: commandEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on(
    "data",
    lineSplitter((line) => onLine(line, "out")),
  );
  child.stderr.on(
    "data",
    lineSplitter((line) => onLine(line, "err")),
  );
  let killer: NodeJS.Timeout | undefined;
  const end = () => {
    child.kill("SIGTERM");
    killer ??= setTimeout(() => child.kill("SIGKILL"), KILL_AFTER).unref();
  };
  const limit = setTimeout(end, TIMEOUT).unref();
  const stopListening = onAbort(signal, () => {
    end();
    letGo(child);
  });
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, by) => resolve(code ?? 128 + (by ? constants.signals[by] : 0)));
    });
  } finally {
    clearTimeout(limit);
    clearTimeout(killer);
    stopListening();
  }
};

/** It may take longer than we do: it must not keep us from ending. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdout, child.stderr]) (stream as Socket | null)?.unref();
}
