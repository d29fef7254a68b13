import { EXIT, ModemkeeperError, messageOf } from "../../core/errors.ts";
import { type DestroyRequest, destroySteps } from "../apply/destroy-steps.ts";
import { readHistory } from "../apply/generation-store.ts";
import { withApplyLock } from "../apply/lock.ts";
import { listOriginals, type Original, REPLACED } from "../apply/originals.ts";
import { requireRoot } from "../apply/require-root.ts";
import { runStep } from "../apply/run-step.ts";
import { describeStep, type Step } from "../apply/steps.ts";
import { STATE } from "../desired/paths.ts";
import { stepReporter } from "../views/steps.ts";
import { confirm } from "./confirm.ts";
import { type Command, type CommandContext, patience } from "./context.ts";

export interface DestroyOptions {
  readonly yes?: boolean;
  /** What becomes of received and unsent messages: `keep` (the default without a terminal) or `remove`. */
  readonly spool?: "keep" | "remove";
}

/** `provision destroy`: removes what provision installed and puts back what it replaced. */
export const destroyCommand: Command<DestroyOptions> = async (context, options) => {
  const { host, terminal } = context;
  requireRoot(host);
  return withApplyLock(
    host,
    async () => {
      const originals = await listOriginals(host);
      if (originals.length === 0) {
        terminal.out("nothing to destroy: provision has installed nothing on this host\n");
        return EXIT.ok;
      }
      const request = await destroyRequest(context, originals, options);
      const steps = destroySteps(request);
      for (const step of steps) terminal.out(`  - ${describeStep(step)}\n`);
      await confirm(context, "Remove all this, and put back what was there before? [y/N] ", options.yes === true);
      await runAll(context, steps);
      terminal.out(farewell(request));
      return EXIT.ok;
    },
    patience(context),
  );
};

async function destroyRequest(
  context: CommandContext,
  originals: readonly Original[],
  options: DestroyOptions,
): Promise<DestroyRequest> {
  const { host } = context;
  const [attached, systemdRunning, udevRunning, replaced, history] = await Promise.all([
    host.usb.attached(),
    host.services.running(),
    host.udev.running(),
    host.files.list(REPLACED),
    readHistory(host),
  ]);
  const last = history.applied ?? history.interrupted;
  const fates = new Map(
    last?.resources.flatMap((one) => (one.kind === "directory" ? [[one.path, one.onDestroy]] : [])),
  );
  const linked = last?.links.length ?? 0;
  return {
    originals,
    fates,
    removeSpool: await askAboutSpool(context, spoolOf({ originals, fates }), options),
    systemdRunning,
    udevRunning,
    devices: udevRunning && linked > 0 ? attached.map((device) => device.sysName) : [],
    anyReplaced: replaced.length > 0,
  };
}

/** Folders with messages that provision made. */
function spoolOf({ originals, fates }: Pick<DestroyRequest, "originals" | "fates">): readonly string[] {
  const made = originals.flatMap((one) => (one.kind === "directory" && one.entry === undefined ? [one.path] : []));
  return made.filter((path) => fates.get(path) === "ask");
}

/** Messages are the one thing that cannot be made again: they go only if somebody says so. */
async function askAboutSpool(
  context: CommandContext,
  spool: readonly string[],
  options: DestroyOptions,
): Promise<boolean> {
  if (options.spool !== undefined) return options.spool === "remove";
  const counts = await Promise.all(spool.map(async (folder) => (await context.host.files.list(folder)).length));
  const messages = counts.reduce((sum, count) => sum + count, 0);
  if (messages === 0 || options.yes || !context.terminal.interactive) return false;
  const answer = await context.terminal.ask(`Remove the ${messages} files in the SMS spool, too? [y/N] `);
  return /^y(es)?$/i.test(answer.trim());
}

/** Goes on after a failure: as much as possible is put back, and the rest is named. */
async function runAll(context: CommandContext, steps: readonly Step[]): Promise<void> {
  const report = stepReporter(context.terminal, { verbose: context.verbose });
  const left: string[] = [];
  for (const step of steps) {
    if (left.length > 0 && isLast(step)) continue;
    try {
      await runStep(context.host, step, report);
    } catch (error) {
      left.push(`${describeStep(step)}: ${messageOf(error)}`);
    }
  }
  if (left.length === 0) return;
  throw new ModemkeeperError("applied-in-part", `not everything could be put back:\n  ${left.join("\n  ")}`, {
    why: "the record of what was there is kept for another try",
    fix: "mend the cause and run `provision destroy` again",
  });
}

/** The record goes only when everything else is done. */
function isLast(step: Step): boolean {
  return step.do === "remove-tree" && step.path.startsWith(STATE);
}

function farewell(request: DestroyRequest): string {
  const lines = ["The host is as it was before provision."];
  if (!request.removeSpool && spoolOf(request).length > 0) lines.push("Messages were kept where they are.");
  if (request.anyReplaced) lines.push(`Files that were changed by hand were kept: ${REPLACED}`);
  lines.push(
    "The program itself is removed with:",
    "  find /usr/local/share -lname '/opt/modemkeeper/*' -delete",
    "  rm -rf /opt/modemkeeper /usr/local/bin/provision /usr/local/bin/modemkeeper /var/cache/modemkeeper",
  );
  return `${lines.join("\n")}\n`;
}
