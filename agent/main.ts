#!/usr/bin/env node
import { CommanderError } from "commander";
import { EXIT, exitCodeOf, hasErrno } from "../core/errors.ts";
import type { Terminal } from "../core/ports.ts";
import { programFiles } from "../host/program-files.ts";
import { realAgentHost } from "../host/real-agent-host.ts";
import { realTerminal } from "../host/terminal.ts";
import { INVENTORY_COPY } from "../provision/desired/paths.ts";
import { renderError } from "../provision/views/error.ts";
import { painter } from "../provision/views/paint.ts";
import type { AgentContext } from "./commands/context.ts";
import { type GlobalOptions, modemkeeperProgram } from "./commands/program.ts";

const interruption = new AbortController();
let options: Partial<GlobalOptions> = {};

function terminal(): Terminal {
  const real = realTerminal();
  return options.color === false ? { ...real, colour: false } : real;
}

async function context(given: GlobalOptions): Promise<AgentContext> {
  options = given;
  if (given.by !== undefined) writeToNobody();
  const host = await realAgentHost();
  const io = terminal();
  const inventoryFile = given.inventory ?? INVENTORY_COPY;
  return {
    host,
    terminal: io,
    inventoryFile,
    inventory: async () => {
      const { installedInventory } = await import("./commands/installed-inventory.ts");
      return installedInventory(host, io, inventoryFile);
    },
    signal: interruption.signal,
    verbose: given.verbose === true,
    ...(given.by === undefined ? {} : { by: given.by }),
  };
}

/**
 * The first signal lets what runs end in good order; a second one is obeyed at once. Not by a job of the agent: systemd
 * sends several, and smsd must not stay down because the agent was stopped.
 */
function listenForInterrupts(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      interruption.abort();
      process.on(signal, () => {
        if (options.by === undefined) process.exit(EXIT.interrupted);
      });
    });
  }
}

/** Nor does a job end half way because the agent that reads what it says has gone. */
function writeToNobody(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error) => {
      if (!hasErrno(error, "EPIPE")) throw error;
    });
  }
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
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
  const program = modemkeeperProgram({ version, context, finished });
  try {
    await program.parseAsync(process.argv);
  } catch (error) {
    process.exitCode = report(error);
  }
}

await main();
