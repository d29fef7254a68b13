import { Argument, Command as CommanderCommand, Option } from "commander";
import { EXIT } from "../../core/errors.ts";
import { completionScript, SHELLS, type Shell } from "../../provision/commands/completion/script.ts";
import { addManual } from "../../provision/commands/manual.ts";
import { keepHeapSmall } from "../lean-heap.ts";
import type { AgentCommand, AgentContext } from "./context.ts";
import { MODEMKEEPER_MANUAL } from "./manual.ts";
import { RUNGS_BY_HAND } from "./rungs-by-hand.ts";

export interface GlobalOptions {
  readonly inventory?: string;
  /** commander's form of `--no-color`. */
  readonly color: boolean;
  readonly verbose?: boolean;
  readonly by?: string;
}

export interface ProgramInput {
  readonly version: string;
  /** Wires a host for the options that were given. */
  readonly context: (options: GlobalOptions) => Promise<AgentContext>;
  /** Told of the exit code of the command that ran. */
  readonly finished: (code: number) => void;
}

/** A command is loaded only when it runs. */
type Load<O> = () => Promise<AgentCommand<O>>;
type Run = <O>(load: Load<O>, options: O) => Promise<void>;

/** The command line as an object: it runs, and help, completion and the command reference are made from it. */
export function modemkeeperProgram(input: ProgramInput): CommanderCommand {
  const program = new CommanderCommand("modemkeeper")
    // Before any subcommand is made: they inherit it. Errors then reach main.ts, which gives them their exit code.
    .exitOverride()
    .showSuggestionAfterError()
    .description("Keeps this machine's SMS gateway running: modems, smsd and what lies between them.")
    .version(input.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "explain the program, or the command it stands behind")
    .helpCommand("help [command]", "explain a command")
    .configureHelp({ showGlobalOptions: true })
    .option("-i, --inventory <file>", "the inventory (default: /etc/modemkeeper/inventory.yaml)")
    .option("--no-color", "no colours (also: NO_COLOR)")
    .option("-v, --verbose", "say more: evidence of findings, stacks of faults")
    .addOption(new Option("--by <who>", "for whom: the agent says so").hideHelp());

  const run: Run = async (load, options) => {
    const command = await load();
    input.finished(await command(await input.context(program.opts<GlobalOptions>()), options));
  };
  addResident(program, run);
  addDiagnosis(program, run);
  addSmsd(program, run);
  addModem(program, run);
  addSms(program, run);
  addOthers(program, run);
  addManual(program, MODEMKEEPER_MANUAL);
  return program;
}

async function loadResident(): Promise<AgentCommand<object>> {
  keepHeapSmall();
  return (await import("../resident.ts")).agentCommand;
}

function addResident(program: CommanderCommand, run: Run): void {
  program
    .command("agent")
    .description("watch, decide and act until told to end; modemkeeper.service runs it")
    .action(() => run(loadResident, {}));
  program
    .command("engine <question> [subject]", { hidden: true })
    .action((question: string, subject = "") =>
      run(async () => (await import("./engine.ts")).engineCommand, { question, subject }),
    );
  program
    .command("status")
    .description("how the gateway stands; exit 0 if all is well, 1 if not")
    .option("--json", "as JSON (modemkeeper.status/1)")
    .option("-q, --quiet", "say nothing, the exit code is enough")
    .action((options) => run(async () => (await import("./status.ts")).statusCommand, options));
  program
    .command("events")
    .description("what happened: the agent's timeline, accesses to the modems and smsd's log as one")
    .option("-f, --follow", "go on with what comes")
    .option("--since <duration>", "how far to look back, for example 30m or 2d (default: 1d)")
    .option("--all", "everyday life, too: polls that found nothing, checks that went well")
    .option("--json", "one JSON object a line (modemkeeper.event/1)")
    .action((options) => run(async () => (await import("./events.ts")).eventsCommand, options));
}

function addDiagnosis(program: CommanderCommand, run: Run): void {
  program
    .command("doctor")
    .argument("[check...]", "names of checks (default: all of them)")
    .description("what is wrong with this machine as a gateway, and how to mend it; changes nothing; exit 1 on errors")
    .option("--json", "as JSON (modemkeeper.doctor/1)")
    .option("--strict", "exit 1 on warnings, too")
    .action((checks: readonly string[], options) =>
      run(async () => (await import("./doctor.ts")).doctorCommand, { ...options, checks }),
    );
  program
    .command("support-bundle")
    .description("pack what is needed to find a fault from afar into one archive, secrets and numbers masked")
    .option("--to <file>", "the archive (default: modemkeeper-support-HOST-TIME.tar.gz here)")
    .option("--list", "only say what would be in it")
    .action((options) => run(async () => (await import("./support-bundle.ts")).supportBundleCommand, options));
}

function addSmsd(program: CommanderCommand, run: Run): void {
  const smsd = program.command("smsd").description("stop and start smsd so that nobody undoes it");
  smsd
    .command("stop")
    .description("stop smsd on purpose: it stays down for a while, then the agent starts it again")
    .option("--for <duration>", "how long, for example 30m or 2h (default: manual_stop.clear_after of the inventory)")
    .option("--reason <text>", "why, for whoever finds it stopped")
    .action((options) => run(async () => (await import("./smsd-stop.ts")).smsdStopCommand, options));
  smsd
    .command("start")
    .description("start smsd, whoever stopped it, and wait until it has initialised its modems")
    .action(() => run(async () => (await import("./smsd-start.ts")).smsdStartCommand, {}));
  smsd
    .command("restart")
    .description("stop smsd and start it again, and wait until it has initialised its modems")
    .action(() => run(async () => (await import("./smsd-start.ts")).smsdRestartCommand, {}));
}

function addModem(program: CommanderCommand, run: Run): void {
  const modem = program.command("modem").description("look at the modems, talk to one, restart one");
  modem
    .command("list")
    .description("the inventory's modems, where they are plugged in, and their ports")
    .option("--json", "as JSON (modemkeeper.modems/1)")
    .action((options) => run(async () => (await import("./modem-list.ts")).modemListCommand, options));
  modem
    .command("at")
    .argument("<modem>", "its name in the inventory")
    .argument("<at-command>", "an AT command, for example AT+CSQ")
    .description("ask a modem something beside a running smsd, and print its answer")
    .option("--timeout <duration>", "how long to wait for the answer (default: 10s)")
    .option("--wait <duration>", "how long to wait while somebody else talks to it (default: 30s)")
    .option("--force", "send even what may do harm")
    .option("--json", "as JSON (modemkeeper.at/1)")
    .action((name: string, command: string, options) =>
      run(async () => (await import("./modem-at.ts")).modemAtCommand, { ...options, name, command }),
    );
  modem
    .command("reset")
    .argument("<modem>", "its name in the inventory")
    .description("restart a modem with smsd out of its way, and wait until it works again")
    .addOption(
      new Option("--rung <rung>", "how (default: the modem's own command, then a USB reset)").choices(RUNGS_BY_HAND),
    )
    .option("--yes", "do not ask, not even before usb-power and host-reboot")
    .action((name: string, options) =>
      run(async () => (await import("./modem-reset.ts")).modemResetCommand, { ...options, name }),
    );
  program
    .command("links")
    .description("the links under /dev by which smsd finds its modems")
    .command("repair")
    .description("say which links are missing or wrong, ask udev for them, and write what it does not make")
    .action(() => run(async () => (await import("./links-repair.ts")).linksRepairCommand, {}));
}

function addSms(program: CommanderCommand, run: Run): void {
  const sms = program.command("sms").description("send messages, and see to those that were received");
  sms
    .command("send")
    .argument("<to>", "the number, for example +491701234567, or a short code")
    .argument("[text]", "the message; without it, or with -, it is read from standard input")
    .description("send a message, wait for what becomes of it, and say so; exit 1 if it was not sent")
    .option("--wait", "wait for what becomes of it (default, unless smsd does not run)")
    .option("--no-wait", "only put it into smsd's queue")
    .option("--timeout <duration>", "how long to wait (default: 2m)")
    .option("--flash", "shown at once by the receiver's phone, and not kept")
    .option("--report", "ask for a status report; it is handled as a received message")
    .option("--queue", "put it into smsd's queue even while smsd does not run")
    .option("--json", "as JSON (modemkeeper.sms-send/1)")
    .action((to: string, text: string | undefined, options) =>
      run(async () => (await import("./sms-send.ts")).smsSendCommand, {
        ...options,
        to,
        ...(text === undefined ? {} : { text }),
      }),
    );
  addReceived(sms, run);
}

function addReceived(sms: CommanderCommand, run: Run): void {
  sms
    .command("list")
    .description("received messages and how they stand, newest first, without texts")
    .option("--waiting", "those that not every receiver has yet")
    .option("--dead", "those that could not be delivered, with the reason")
    .option("--done", "those that were delivered")
    .option("--limit <number>", "how many (default: 50)")
    .option("--json", "as JSON (modemkeeper.messages/1)")
    .action((options) => run(async () => (await import("./sms-list.ts")).smsListCommand, options));
  sms
    .command("show")
    .argument("<message>", "its id, or how it begins")
    .description("one received message with its text and sender")
    .option("--json", "as JSON (modemkeeper.message/1)")
    .action((id: string, options) =>
      run(async () => (await import("./sms-show.ts")).smsShowCommand, { ...options, id }),
    );
  sms
    .command("retry")
    .argument("[dead-letter...]", "ids, or how they begin")
    .description("deliver what could not be delivered once more, to those who do not have it")
    .option("--all", "all of them")
    .action((ids: readonly string[], options) =>
      run(async () => (await import("./sms-retry.ts")).smsRetryCommand, { ...options, ids }),
    );
}

function addOthers(program: CommanderCommand, run: Run): void {
  program
    .command("lock")
    .argument("<command...>", "the command and its arguments, after `--`")
    .description("run a command while nobody else talks to a modem; exits as it does")
    .option("--wait <duration>", "how long to wait for the lock (default: 1m)")
    .action((argv: readonly string[], options) =>
      run(async () => (await import("./lock.ts")).lockCommand, { ...options, argv }),
    );
  program
    .command("completion")
    .addArgument(new Argument("<shell>").choices(SHELLS))
    .description("print a completion script for a shell")
    .action((shell: Shell) => run(async () => printCompletion(program, shell), {}));
  // For the scripts that `completion` prints.
  program
    .command("__complete <what>", { hidden: true })
    .action((what: string) => run(async () => (await import("./candidates.ts")).candidatesCommand, { what }));
}

function printCompletion(program: CommanderCommand, shell: Shell): AgentCommand<object> {
  return async ({ terminal }) => {
    terminal.out(completionScript(program, shell));
    return EXIT.ok;
  };
}
