import { EXIT } from "../../core/errors.ts";

const MEANING: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: "done, or nothing to do",
  failed: "failed; everything that was begun was put back",
  changesPending: "changes are pending (`plan --detailed-exitcode`, `verify`)",
  appliedInPart: "applied in part: what could not be put back is named",
  inventoryInvalid: "the inventory is invalid",
  lockHeld: "another command or the agent is changing this host, or holds the lock of the modems",
  preconditionMissing: "something that is needed is missing: root, a package, a secret, an inventory",
  planStale: "the saved plan is stale: host or inventory changed since",
  usage: "the command line is wrong",
  interrupted: "interrupted, or answered with no",
};

/** Every exit code with its meaning, in ascending order. */
export function exitCodes(): readonly (readonly [number, string])[] {
  return Object.entries(EXIT).map(([name, code]) => [code, MEANING[name as keyof typeof EXIT]]);
}

export function exitCodeReference(): string {
  const rows = exitCodes().map(([code, meaning]) => `| ${code} | ${meaning} |`);
  return `# Exit codes\n\nThe same for every command. Scripts may rely on them.\n\n| code | meaning |\n|---|---|\n${rows.join("\n")}\n`;
}
