import { ModemkeeperError } from "../../core/errors.ts";
import { withAccess } from "../at/access.ts";
import type { AgentCommand } from "./context.ts";
import { typedDuration } from "./patience.ts";

export interface LockOptions {
  /** The command and its arguments. */
  readonly argv: readonly string[];
  /** Duration to wait for the lock. */
  readonly wait?: string;
}

/** Longer than any probe of the agent holds it. */
const DEFAULT_WAIT = "1m";

/**
 * `modemkeeper lock -- CMD…`: runs a command while nobody else talks to a modem. Returns the command's exit code.
 * The command itself is not logged beyond its name: its arguments may hold numbers and texts.
 */
export const lockCommand: AgentCommand<LockOptions> = async ({ host, inventory, signal }, { argv, wait }) => {
  const [program] = argv;
  if (program === undefined || program === "") {
    throw new ModemkeeperError("usage", "there is no command to run", {
      fix: "modemkeeper lock -- CMD, for example: modemkeeper lock -- ./check-modem.sh",
    });
  }
  const waitMs = typedDuration(wait ?? DEFAULT_WAIT);
  const lockFile = (await inventory()).accessLock.file;
  const name = program.slice(program.lastIndexOf("/") + 1);
  const request = { host, lockFile, modem: "", port: "", purpose: "lock", process: name, waitMs, signal };
  return await withAccess(request, async (access) => {
    const code = await host.programs.runInherited(argv);
    access.note(name, `exit ${code}`);
    return code;
  });
};
