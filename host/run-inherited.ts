import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Programs } from "../core/agent-ports.ts";
import { ModemkeeperError, messageOf } from "../core/errors.ts";
import { runJob } from "./run-job.ts";
import { runOwn } from "./run-own.ts";

/** What a terminal or a supervisor sends to whoever stands in front. */
const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

export const realPrograms: Programs = {
  runOwn,
  runJob,
  async runInherited([program = "", ...args]) {
    const child = spawn(program, args, { stdio: "inherit" });
    const giveBack = passSignalsOn((signal) => child.kill(signal));
    try {
      return await new Promise<number>((resolve, reject) => {
        child.once("error", (cause) => {
          const message = `cannot run \`${program}\`: ${messageOf(cause)}`;
          reject(new ModemkeeperError("precondition-missing", message, { cause }));
        });
        child.once("exit", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
      });
    } finally {
      giveBack();
    }
  },
};

/**
 * While the program runs, signals are its business alone: were we to end first, what we hold for it would be free too
 * early. A Ctrl-C reaches the program from the terminal itself, so it is not passed on a second time.
 */
function passSignalsOn(send: (signal: NodeJS.Signals) => void): () => void {
  const atTerminal = process.stdin.isTTY === true || process.stdout.isTTY === true || process.stderr.isTTY === true;
  const restore = PASSED_ON.map((signal) => {
    const before = process.listeners(signal);
    const ours = () => {
      if (!atTerminal || (signal !== "SIGINT" && signal !== "SIGQUIT")) send(signal);
    };
    process.removeAllListeners(signal);
    process.on(signal, ours);
    return () => {
      process.removeListener(signal, ours);
      for (const listener of before) process.on(signal, listener);
    };
  });
  return () => {
    for (const back of restore) back();
  };
}
