import type { Command } from "commander";

/*
 * What is said of commands beyond one line: `--help` shows it, and the manual pages are made from it. A test runs the
 * command lines of all examples through the real parser.
 */

export interface Example {
  /** As typed, with a shell's quotes. */
  readonly command: string;
  /** What it is good for, without a full stop. */
  readonly what: string;
}

export interface ManualEntry {
  /** Whole sentences, one paragraph each. */
  readonly text?: readonly string[];
  readonly examples?: readonly Example[];
}

/** By path of the command: `sms send`; empty for the program itself. */
export type Manual = Readonly<Record<string, ManualEntry>>;

/** Has `--help` of each command end with what its manual entry says. */
export function addManual(program: Command, manual: Manual): void {
  const visit = (command: Command, path: string): void => {
    const entry = manual[path];
    if (entry) command.addHelpText("after", helpText(entry));
    for (const sub of command.commands) visit(sub, `${path} ${sub.name()}`.trim());
  };
  visit(program, "");
}

function helpText({ text = [], examples = [] }: ManualEntry): string {
  const paragraphs = text.map((paragraph) => `\n${wrapped(paragraph)}`);
  const width = Math.max(0, ...examples.map(({ command }) => command.length));
  const lines = examples.map(({ command, what }) => {
    return width + what.length <= LINE - 4 ? `  ${command.padEnd(width)}  ${what}` : `  ${command}\n      ${what}`;
  });
  return [...paragraphs, ...(lines.length === 0 ? [] : ["\nExamples:", ...lines])].join("\n");
}

/** Characters of a line of help. */
const LINE = 80;

function wrapped(paragraph: string): string {
  const lines: string[] = [""];
  for (const word of paragraph.split(" ")) {
    const last = lines.at(-1) ?? "";
    if (last === "" || `${last} ${word}`.length <= LINE) lines[lines.length - 1] = `${last} ${word}`.trim();
    else lines.push(word);
  }
  return lines.join("\n");
}

export const PROVISION_MANUAL: Manual = {
  "": {
    text: [
      "Nothing is changed before you have seen the plan: `plan` shows it, `apply` shows it and asks. What is done already is left alone, so `apply` may be run again at any time.",
    ],
    examples: [
      { command: "provision init", what: "write inventory.yaml from what is plugged in" },
      { command: "provision plan", what: "what would be done, and why" },
      { command: "sudo provision apply", what: "do it, then verify it" },
      { command: "provision verify", what: "is the host still so, and does the gateway work?" },
    ],
  },
  init: {
    text: [
      "Looks at the USB bus for modems that the catalogue knows. An smsd.conf that is there already is taken over: it is said of each of its lines what became of it. PINs go into files below /etc/modemkeeper/secrets, the inventory only refers to them.",
    ],
    examples: [
      { command: "provision init --out -", what: "only show what would be written" },
      { command: "sudo provision init --from /root/smsd.conf.old", what: "take the settings of an old gateway over" },
    ],
  },
  validate: {
    examples: [{ command: "provision -i new.yaml validate", what: "all problems at once, each with its line" }],
  },
  render: {
    examples: [{ command: "provision render --to /tmp/rendered", what: "read the files before anything is installed" }],
  },
  plan: {
    text: [
      "Each change comes with a reason code and one sentence. Drift, which is what somebody changed by hand since the last apply, is told apart from what changed in the inventory.",
    ],
    examples: [
      { command: "provision plan -v", what: "with the contents of files" },
      { command: "provision plan --detailed-exitcode", what: "for scripts: 0 nothing to do, 2 changes pending" },
      { command: "provision plan --out today.plan", what: "save it, to apply exactly this" },
    ],
  },
  verify: {
    examples: [{ command: "provision verify --json", what: "for a monitoring system" }],
  },
  apply: {
    text: [
      "If a step fails, all steps before it are undone (exit 1); exit 3 names what could not be. smsd is restarted at most once, and only if what it reads has changed. A manual stop is respected.",
    ],
    examples: [
      { command: "sudo provision apply --yes --test-sms +491701234567", what: "unattended, and prove that it sends" },
      { command: "sudo provision apply today.plan", what: "carry a saved plan out; refused (13) if it is stale" },
      { command: "sudo provision --root /mnt/image apply --yes", what: "set an image up; nothing is started" },
    ],
  },
  rollback: {
    text: ["Going back is recorded as a new generation, so it can be undone in the same way."],
    examples: [
      { command: "sudo provision rollback", what: "undo the last apply" },
      { command: "sudo provision rollback 3", what: "the host as generation 3 had it" },
    ],
  },
  destroy: {
    text: [
      "Files that stood there before provision come back. Files that were changed by hand are kept. Messages in the spool are kept unless you say otherwise. Packages that provision installed go, too.",
    ],
    examples: [
      { command: "sudo provision destroy", what: "shows what it will do, and asks" },
      { command: "sudo provision destroy --yes --spool remove", what: "unattended, messages included" },
    ],
  },
  "models show": {
    examples: [{ command: "provision models show SIM7600", what: "ids, ports, boot time, quirks, and their sources" }],
  },
  schema: {
    examples: [
      { command: "provision schema > inventory.schema.json", what: "for editors that check YAML as you type" },
    ],
  },
  completion: {
    text: ["bootstrap.sh installs these scripts for all users."],
    examples: [{ command: "source <(provision completion bash)", what: "in this shell only" }],
  },
};
