#!/usr/bin/env node
import { CommanderError } from "commander";
import { EXIT, exitCodeOf } from "../core/errors.ts";
import type { Terminal } from "../core/ports.ts";
import { programFiles } from "../host/program-files.ts";
import { readOnlyHost } from "../host/read-only-host.ts";
import { realHost } from "../host/real-host.ts";
import { realTerminal } from "../host/terminal.ts";
import { tracingHost } from "../host/tracing-host.ts";
import type { CommandContext } from "./commands/context.ts";
import { type GlobalOptions, type Purpose, provisionProgram } from "./commands/program.ts";
import { renderError } from "./views/error.ts";
import { painter } from "./views/paint.ts";

const interruption = new AbortController();
let options: Partial<GlobalOptions> = {};

function terminal(): Terminal {
  const real = realTerminal();
  return options.color === false ? { ...real, colour: false } : real;
}

async function context(given: GlobalOptions, purpose: Purpose): Promise<CommandContext> {
  options = given;
  const target = await realHost(given.root === undefined ? {} : { root: given.root });
  const own = given.root === undefined ? target : await realHost();
  const io = terminal();
  const host = purpose === "look" ? readOnlyHost(target) : target;
  return {
    host: given.verbose ? tracingHost(host, (line) => io.err(`    ${line}\n`)) : host,
    local: own.files,
    terminal: io,
    inventoryFile: given.inventory,
    workingDirectory: process.cwd(),
    verbose: given.verbose === true,
    owner: { owner: String(process.geteuid?.() ?? 0), group: String(process.getegid?.() ?? 0) },
    signal: interruption.signal,
    lockHolder,
  };
}

/** Asked only where a lock is held, which is rare: so is the module that knows. */
async function lockHolder(path: string): Promise<string | undefined> {
  const { RealProcesses } = await import("../host/processes.ts");
  const holder = await new RealProcesses("/", "/proc").lockHolder(path);
  return holder && `${holder.process} (pid ${holder.pid}, user ${holder.user})`;
}

/** The first Ctrl-C lets the step that runs end and then undoes; a second one is obeyed at once. */
function listenForInterrupts(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      interruption.abort();
      terminal().err("\ninterrupted: undoing what was done; once more stops at once\n");
      process.once(signal, () => process.exit(EXIT.interrupted));
    });
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) {
    const harmless = error.exitCode === 0;
    return harmless ? EXIT.ok : EXIT.usage;
  }
  const io = terminal();
  io.err(renderError(error, { paint: painter(io.colour), verbose: options.verbose === true }));
  return exitCodeOf(error);
}

async function main(): Promise<void> {
  listenForInterrupts();
  const { version } = await programFiles();
  const finished = (code: number) => {
    process.exitCode = code;
  };
  const program = provisionProgram({ version, context, finished });
  try {
    await program.parseAsync(process.argv);
  } catch (error) {
    process.exitCode = report(error);
  }
}

await main();
