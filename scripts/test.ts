// `npm test`: everything there is to check, on a machine made fit for it. Ends with one line: `N passed, N failed`.
import { runCheck, runProjects } from "./lib/checks.ts";
import { prepareMachine } from "./lib/prepare-machine.ts";
import { add, NOTHING, summaryLine, type Tally } from "./lib/tally.ts";

/** The quick ones side by side; then what needs the machine for itself, the slowest last. */
const STEPS: readonly (readonly [string, () => Promise<Tally>])[] = [
  ["format and lint", () => runCheck(["npm", "run", "--silent", "lint"])],
  ["types", () => runCheck(["npm", "run", "--silent", "types"])],
  ["shell scripts", () => runCheck(["shellcheck", "bootstrap.sh", ".ci/run"])],
  ["quick tests", () => runProjects(["unit", "cases", "golden", "scenarios", "cli"])],
  ["simulation: 100,000 histories of the agent's decisions", () => runProjects(["simulation"])],
  ["system: the real smsd on a simulated modem", () => runProjects(["system"])],
  ["browser: the page in Chromium", () => runProjects(["browser"])],
  ["lab: real kernel, udevd and systemd in a virtual machine", () => runProjects(["lab"])],
];

/** `npm run check` is content with fewer. */
process.env.MODEMKEEPER_HISTORIES ??= "100000";

function say(line: string): void {
  process.stdout.write(`==> ${line}\n`);
}

async function main(): Promise<void> {
  await prepareMachine(say);
  let total = NOTHING;
  for (const [title, step] of STEPS) {
    say(title);
    const started = performance.now();
    const tally = await step();
    total = add(total, tally);
    say(`${title}: ${summaryLine(tally)} in ${Math.round((performance.now() - started) / 1000)} s`);
  }
  const skipIsFailure = process.env.CI === "true" && total.skipped > 0;
  if (skipIsFailure) say(`CI=true, so ${total.skipped} skipped tests make this run fail`);
  for (const failure of total.failures) say(`failed: ${failure}`);
  process.stdout.write(`${summaryLine(total)}\n`);
  process.exitCode = total.failures.length > 0 || skipIsFailure ? 1 : 0;
}

await main();
