import { CHECK_GROUPS, type CheckGroup } from "../../agent/doctor/checks/all.ts";
import type { DoctorCheck } from "../../agent/doctor/checks/verdict.ts";
import { cell } from "./cell.ts";

const HEAD = `# modemkeeper doctor

\`modemkeeper doctor\` looks for what keeps a machine from being a gateway, before anything is installed and after. It changes nothing, talks to no modem, and takes a few seconds. As root it sees more; what it cannot see it says to be unknown.

\`\`\`
sudo modemkeeper doctor                  # everything
sudo modemkeeper doctor usb-power sim    # some checks
sudo modemkeeper doctor --json           # modemkeeper.doctor/1
\`\`\`

Each check has a stable name and one of four levels: **ok**, **info** (worth knowing), **warning** (will do harm one day), **error** (does harm now). Exit 0 without errors, 1 with one; \`--strict\` counts warnings, too.
`;

/** docs/doctor.md, made from the table of checks. */
export function doctorPage(): string {
  return [HEAD, overview(), ...CHECK_GROUPS.map(section)].join("\n");
}

function overview(): string {
  const rows = CHECK_GROUPS.flatMap(({ checks }) =>
    checks.map(({ name, looksAt }) => `| [\`${name}\`](#${name}) | ${cell(looksAt)} |`),
  );
  return `| check | looks at |\n|---|---|\n${rows.join("\n")}\n`;
}

function section({ title, checks }: CheckGroup): string {
  return `## ${title}\n\n${checks.map(entry).join("\n")}`;
}

function entry({ name, title, looksAt, why, advice }: DoctorCheck): string {
  return `### ${name}\n\n*${title}.* ${looksAt}\n\nWhy: ${why}\n\nFix: ${advice}\n`;
}
