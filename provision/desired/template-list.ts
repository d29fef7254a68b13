import type { Inventory } from "../../core/model/inventory.ts";
import type { Consequence } from "../../core/model/resource.ts";
import type { Secret } from "../../core/secret.ts";
import { COMPAT_SYNTAX, COMPAT_TEMPLATE } from "./compat-scripts.ts";
import { agentLogrotateContext, agentUnitContext, fallbackContext, fallbackUnitContext } from "./context/agent-unit.ts";
import { needsNewId, newIdContext } from "./context/new-id.ts";
import { smsdConfContext } from "./context/smsd-conf.ts";
import { udevContext } from "./context/udev.ts";
import { guardContext, logrotateContext, unitContext } from "./context/unit.ts";
import { logrotatePath } from "./escape/logrotate.ts";
import { shWord } from "./escape/sh.ts";
import { smsdConfComment, smsdConfKey, smsdConfSection, smsdConfSections, smsdConfValue } from "./escape/smsd-conf.ts";
import { systemdAccount, systemdArgument, systemdAssignment, systemdProgram } from "./escape/systemd.ts";
import { tmpfilesComment, tmpfilesHex } from "./escape/tmpfiles.ts";
import { udevComment, udevLink, udevLiteral, udevOperator, udevPattern } from "./escape/udev.ts";
import { AGENT_UNIT, FALLBACK, FALLBACK_TIMER, GUARD, SMSD_CONF, TMPFILES, TMPFILES_DROP_IN } from "./paths.ts";
import type { Syntax } from "./render.ts";

/** One file that lands on the target. */
export interface TemplateSpec {
  /** Absolute path on the target; the template lies at the same path under templates/, plus `.hbs`. */
  readonly path: string;
  readonly mode: number;
  /** Owned by root; readable by this group, where the mode says so. */
  readonly group: (inventory: Inventory) => string;
  readonly consequences: readonly Consequence[];
  readonly syntax: Syntax;
  readonly context: (inventory: Inventory, secrets: ReadonlyMap<string, Secret>) => Readonly<Record<string, unknown>>;
  readonly wanted: (inventory: Inventory) => boolean;
}

const SMSD: Syntax = {
  value: smsdConfValue,
  key: smsdConfKey,
  section: smsdConfSection,
  sections: smsdConfSections,
  comment: smsdConfComment,
};
const UDEV: Syntax = {
  literal: udevLiteral,
  pattern: udevPattern,
  operator: udevOperator,
  link: udevLink,
  comment: udevComment,
};
const SYSTEMD: Syntax = {
  argument: systemdArgument,
  assignment: systemdAssignment,
  program: systemdProgram,
  account: systemdAccount,
};

const COMMON = { mode: 0o644, group: () => "root", consequences: [], wanted: () => true } as const;

/** Every file that may land on the target, in the order it is written: what others need comes first. */
export const TEMPLATES: readonly TemplateSpec[] = [
  {
    ...COMMON,
    path: "/etc/modules-load.d/modemkeeper.conf",
    consequences: ["apply-tmpfiles"],
    syntax: {},
    context: () => ({}),
    wanted: needsNewId,
  },
  {
    ...COMMON,
    path: TMPFILES,
    consequences: ["apply-tmpfiles"],
    syntax: { hex: tmpfilesHex, comment: tmpfilesComment },
    context: newIdContext,
    wanted: needsNewId,
  },
  {
    ...COMMON,
    path: TMPFILES_DROP_IN,
    consequences: ["reload-systemd"],
    syntax: {},
    context: () => ({}),
    wanted: needsNewId,
  },
  {
    ...COMMON,
    path: "/etc/udev/rules.d/78-modemkeeper.rules",
    consequences: ["reload-udev"],
    syntax: UDEV,
    context: udevContext,
  },
  {
    ...COMMON,
    path: SMSD_CONF,
    // PINs stand in it.
    mode: 0o640,
    group: ({ smsd }) => smsd.group,
    consequences: ["restart-smsd"],
    syntax: SMSD,
    context: smsdConfContext,
  },
  { ...COMMON, path: GUARD, mode: 0o755, syntax: { word: shWord }, context: guardContext },
  {
    ...COMMON,
    path: "/etc/logrotate.d/smstools",
    syntax: { path: logrotatePath, account: systemdAccount },
    context: logrotateContext,
  },
  {
    ...COMMON,
    path: "/etc/systemd/system/smstools.service",
    consequences: ["reload-systemd", "restart-smsd"],
    syntax: SYSTEMD,
    context: unitContext,
  },
  { ...COMMON, path: FALLBACK, mode: 0o755, syntax: { word: shWord }, context: fallbackContext },
  {
    ...COMMON,
    path: "/etc/logrotate.d/modemkeeper",
    syntax: { path: logrotatePath },
    context: agentLogrotateContext,
  },
  {
    ...COMMON,
    path: `/etc/systemd/system/${AGENT_UNIT}`,
    consequences: ["reload-systemd", "restart-agent"],
    syntax: SYSTEMD,
    context: agentUnitContext,
  },
  {
    ...COMMON,
    path: "/etc/systemd/system/modemkeeper-fallback.service",
    consequences: ["reload-systemd"],
    syntax: SYSTEMD,
    context: fallbackUnitContext,
  },
  {
    ...COMMON,
    path: `/etc/systemd/system/${FALLBACK_TIMER}`,
    consequences: ["reload-systemd", "restart-agent"],
    syntax: {},
    context: () => ({}),
  },
];

/** Path of a template relative to the program's root. */
export function templatePath({ path }: Pick<TemplateSpec, "path">): string {
  return `templates${path}.hbs`;
}

/** Every template with the escapes by which it prints: its name is its path relative to the program's root. */
export const TEMPLATE_SYNTAX: ReadonlyMap<string, Syntax> = new Map([
  ...TEMPLATES.map((template) => [templatePath(template), template.syntax] as const),
  [COMPAT_TEMPLATE, COMPAT_SYNTAX],
]);

/** Every template that may be needed, relative to the program's root. */
export const templatePaths: readonly string[] = [...TEMPLATE_SYNTAX.keys()];
