import { Argument, Command as CommanderCommand, InvalidArgumentError, Option } from "commander";
import { EXIT } from "../../core/errors.ts";
import type { Terminal } from "../../core/ports.ts";
import { completionScript, SHELLS, type Shell } from "./completion/script.ts";
import type { Command, CommandContext } from "./context.ts";
import { addManual, PROVISION_MANUAL } from "./manual.ts";

export interface GlobalOptions {
  readonly inventory?: string;
  readonly root?: string;
  /** commander's form of `--no-color`. */
  readonly color: boolean;
  readonly verbose?: boolean;
}

/** What a command may do with the host; one that only looks is given a host that refuses to change. */
export type Purpose = "look" | "change";

export interface ProgramInput {
  readonly version: string;
  /** Wires a host for the options that were given. */
  readonly context: (options: GlobalOptions, purpose: Purpose) => Promise<CommandContext>;
  /** Told of the exit code of the command that ran. */
  readonly finished: (code: number) => void;
}

/** The command line as an object: it runs, and help, completion and the command reference are made from it. */
export function provisionProgram(input: ProgramInput): CommanderCommand {
  const program = new CommanderCommand("provision")
    // Before any subcommand is made: they inherit it. Errors then reach main.ts, which gives them their exit code.
    .exitOverride()
    .showSuggestionAfterError()
    .description("Makes this machine the SMS gateway that inventory.yaml describes.")
    .version(input.version, "-V, --version", "print the version")
    .helpOption("-h, --help", "explain the program, or the command it stands behind")
    .helpCommand("help [command]", "explain a command")
    .configureHelp({ showGlobalOptions: true })
    .option("-i, --inventory <file>", "the inventory (default: ./inventory.yaml, then /etc/modemkeeper/inventory.yaml)")
    .option("--root <dir>", "work on the system in this folder, for an image build")
    .option("--no-color", "no colours (also: NO_COLOR)")
    .option("-v, --verbose", "say more: contents of new files, output of long steps, stacks of faults");

  const run = <O>(load: Load<O>, options: O) => runCommand(input, program, "look", load, options);
  const change = <O>(load: Load<O>, options: O) => runCommand(input, program, "change", load, options);
  addInit(program, change);
  addReading(program, run);
  addChanging(program, change);
  addCatalogue(program, run);
  program
    .command("completion")
    .addArgument(new Argument("<shell>").choices(SHELLS))
    .description("print a completion script for a shell")
    .action((shell: Shell) =>
      run(
        async () =>
          ({ terminal }) =>
            printCompletion(program, terminal, shell),
        {},
      ),
    );
  // For the scripts that `completion` prints.
  program
    .command("__complete <what>", { hidden: true })
    .action((what: string) => run(async () => (await import("./candidates.ts")).candidatesCommand, { what }));
  addManual(program, PROVISION_MANUAL);
  return program;
}

async function printCompletion(program: CommanderCommand, terminal: Terminal, shell: Shell): Promise<number> {
  terminal.out(completionScript(program, shell));
  return EXIT.ok;
}

/** A command is loaded only when it runs: all of them would cost each a fifth of its time. */
type Load<O> = () => Promise<Command<O>>;

type Run = <O>(load: Load<O>, options: O) => Promise<void>;

async function runCommand<O>(
  input: ProgramInput,
  program: CommanderCommand,
  purpose: Purpose,
  load: Load<O>,
  options: O,
): Promise<void> {
  const command = await load();
  input.finished(await command(await input.context(program.opts<GlobalOptions>(), purpose), options));
}

/** It may move PINs of an old smsd.conf into files of the host. */
function addInit(program: CommanderCommand, run: Run): void {
  program
    .command("init")
    .description("write an inventory from what is plugged in, taking over an existing smsd.conf")
    .option("--from <file>", "smsd.conf to take over (default: /etc/smsd.conf, if it is not ours)")
    .option("--out <file>", "where to write it; - prints it", "inventory.yaml")
    .option("--force", "write over an existing inventory")
    .action((options) => run(async () => (await import("./init.ts")).initCommand, options));
}

function addReading(program: CommanderCommand, run: Run): void {
  program
    .command("validate")
    .description("check the inventory and the secrets it refers to")
    .action(() => run(async () => (await import("./validate.ts")).validateCommand, {}));
  program
    .command("render")
    .description("write the files as they would be installed, below a folder")
    .requiredOption("--to <dir>", "folder to write below")
    .action((options) => run(async () => (await import("./render.ts")).renderCommand, options));
  program
    .command("plan")
    .description("show what apply would do, and why; changes nothing")
    .option("--json", "as JSON (modemkeeper.plan/1)")
    .option("--detailed-exitcode", "exit 2 if there is something to do")
    .option("--out <file>", "save the plan for `apply FILE`")
    .action((options) => run(async () => (await import("./plan.ts")).planCommand, options));
  program
    .command("verify")
    .description(
      "check that the host is as the inventory says and the gateway works; exit 2 if apply would change something",
    )
    .option("--json", "as JSON (modemkeeper.verify/1)")
    .action((options) => run(async () => (await import("./verify.ts")).verifyCommand, options));
  program
    .command("generations")
    .description("list what was applied")
    .option("--json", "as JSON (modemkeeper.generations/1)")
    .action((options) => run(async () => (await import("./generations.ts")).generationsCommand, options));
}

function addChanging(program: CommanderCommand, run: Run): void {
  program
    .command("apply")
    .argument("[plan]", "a plan saved by `plan --out`; refused if host or inventory changed since")
    .description("make the host as the inventory says, then verify it")
    .option("--yes", "do not ask")
    .option("--json", "as JSON (modemkeeper.apply/1)")
    .option("--test-sms <number>", "at the end send a test message there, and fail if it is not sent within 2 minutes")
    .action((saved: string | undefined, options) =>
      run(async () => (await import("./apply.ts")).applyCommand, saved === undefined ? options : { ...options, saved }),
    );
  program
    .command("rollback")
    .argument("[generation]", "generation to go back to (default: the one before the current)", wholeNumber)
    .description("make the host as an earlier generation had it")
    .option("--yes", "do not ask")
    .option("--json", "as JSON (modemkeeper.apply/1)")
    .action((generation: number | undefined, options) => {
      return run(
        async () => (await import("./rollback.ts")).rollbackCommand,
        generation === undefined ? options : { ...options, generation },
      );
    });
  program
    .command("destroy")
    .description("remove what provision installed and put back what it replaced")
    .option("--yes", "do not ask")
    .addOption(new Option("--spool <what>", "what becomes of messages in the spool").choices(["keep", "remove"]))
    .action((options) => run(async () => (await import("./destroy.ts")).destroyCommand, options));
}

function addCatalogue(program: CommanderCommand, run: Run): void {
  const models = program.command("models").description("which modem models are known");
  models
    .command("list")
    .description("one line a model")
    .option("--json", "as JSON (modemkeeper.models/1)")
    .action((options) => run(async () => (await import("./models.ts")).modelsListCommand, options));
  models
    .command("show")
    .argument("<model>", "its name in the catalogue")
    .description("everything known of one model, and where from")
    .option("--json", "as JSON (modemkeeper.model/1)")
    .action((name: string, options) =>
      run(async () => (await import("./models.ts")).modelsShowCommand, { ...options, name }),
    );
  program
    .command("schema")
    .description("print the inventory's JSON Schema, for editors")
    .action(() => run(async () => (await import("./schema.ts")).schemaCommand, {}));
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("it is not a whole number.");
  return Number(text);
}
