import { parseArgs } from "node:util";
import { ask, serve } from "./control/server.ts";
import { Simulator } from "./simulator.ts";

const USAGE = `usage: main.js serve --socket PATH
       main.js ctl --socket PATH '{"cmd": …}'`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { socket: { type: "string" } } });
  const [verb, json] = positionals;
  if (values.socket === undefined) return usage();
  if (verb === "serve") return runDaemon(values.socket);
  if (verb === "ctl" && json !== undefined) return runControl(values.socket, json);
  return usage();
}

function usage(): number {
  process.stderr.write(`${USAGE}\n`);
  return 64;
}

async function runDaemon(path: string): Promise<number> {
  const sim = new Simulator();
  const ended = new Promise<number>((resolve, reject) => {
    serve(sim, path, () => resolve(0)).catch(reject);
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, async () => {
      await sim.close();
      process.exit(0);
    });
  }
  return ended;
}

/** Exit code 1 when the simulator says no. */
async function runControl(path: string, json: string): Promise<number> {
  const answer = await ask(path, json);
  process.stdout.write(`${answer}\n`);
  return answer.startsWith('{"ok":true') ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
