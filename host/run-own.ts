import type { Programs } from "../core/agent-ports.ts";
import { ModemkeeperError } from "../core/errors.ts";
import { spawnExec } from "./spawn-exec.ts";

const TIMEOUT = 120_000;

/** Node's own options go with it: where the program runs from its sources, they say how. */
export const runOwn: Programs["runOwn"] = async (args, onLine, signal) => {
  const [, main] = process.argv;
  if (main === undefined) throw new ModemkeeperError("command-failed", "this program does not know its own file");
  const argv = [...process.execArgv, main, ...args];
  const { stdout } = await spawnExec(process.execPath, argv, { timeout: TIMEOUT, onErrorLine: onLine, signal });
  return stdout;
};
