// `npm test`: everything there is to check, on a machine made fit for it. Ends with one line: `N passed, N failed`.
import { runCheck, runProjects } from "./lib/checks.ts";
import { prepareMachine } from "./lib/prepare-machine.ts";
import { add, NOTHING, summaryLine, type Tally } from "./lib/tally.ts";

type Step = readonly [title: string, run: () => Promise<Tally>];

/** The quickest first, the slowest last: one after the other but for those that stand together. */
const STEPS: readonly (readonly Step[])[] = [
  [["format and lint", () => runCheck(["npm", "run", "--silent", "lint"])]],
  [["types", () => runCheck(["npm", "run", "--silent", "types"])]],
  [["shell scripts", () => runCheck(["shellcheck", "bootstrap.sh", ".ci/run"])]],
  [["quick tests", () => runProjects(["unit", "cases", "golden", "scenarios", "cli"])]],
  // The one mostly waits for smsd, the other only calculates: it takes what the first leaves.
  [
    ["system: the real smsd on a simulated modem", () => runProjects(["system"])],
    [
      "simulation: 100,000 histories of the agent's decisions",
      () => runProjects(["simulation"], ["nice", "--adjustment=19"]),
    ],
  ],
  [["browser: the page in Chromium", () => runProjects(["browser"])]],
  [["lab: real kernel, udevd and systemd in a virtual machine", () => runProjects(["lab"])]],
];

/** `npm run check` is content with fewer. */
process.env.MODEMKEEPER_HISTORIES ??= "100000";

function say(line: string): void {
  process.stdout.write(`==> ${line}\n`);
}

async function take([title, run]: Step): Promise<Tally> {
  say(title);
  const started = performance.now();
  const tally = await run();
  say(`${title}: ${summaryLine(tally)} in ${Math.round((performance.now() - started) / 1000)} s`);
  return tally;
}

async function main(): Promise<void> {
  await prepareMachine(say);
  let total = NOTHING;
  for (const steps of STEPS) total = (await Promise.all(steps.map(take))).reduce(add, total);
  const skipIsFailure = process.env.CI === "true" && total.skipped > 0;
  if (skipIsFailure) say(`CI=true, so ${total.skipped} skipped tests make this run fail`);
  for (const failure of total.failures) say(`failed: ${failure}`);
  process.stdout.write(`${summaryLine(total)}\n`);
  process.exitCode = total.failures.length > 0 || skipIsFailure ? 1 : 0;
}

await main();
