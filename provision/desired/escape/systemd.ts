import { refuse, refuseControl } from "./refuse.ts";

const TARGET = "a systemd unit";

/**
 * One argument of a command line: always quoted, specifiers and variables made literal
 * (systemd.service(5), "Command lines"; systemd.unit(5), "Specifiers").
 * @throws ModemkeeperError inventory-invalid
 */
export function systemdArgument(value: string): string {
  refuseControl(value, TARGET);
  return `"${escapeQuoted(value).replaceAll("$", "$$$$")}"`;
}

/**
 * `NAME=value` for Environment=, where `$` means nothing (systemd.exec(5)).
 * @throws ModemkeeperError inventory-invalid
 */
export function systemdAssignment(value: string): string {
  refuseControl(value, TARGET);
  return `"${escapeQuoted(value)}"`;
}

/**
 * The program of a command line: neither quoted nor expanded, so only plain absolute paths pass.
 * @throws ModemkeeperError inventory-invalid
 */
export function systemdProgram(path: string): string {
  if (!/^\/[A-Za-z0-9._/+-]+$/.test(path)) {
    refuse(path, TARGET, "The path of a program is absolute and made of letters, digits and ._+-/ only.");
  }
  return path;
}

/**
 * The name of a user or group, as useradd(8) takes it.
 * @throws ModemkeeperError inventory-invalid
 */
export function systemdAccount(name: string): string {
  if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(name)) {
    refuse(name, TARGET, "Users and groups are named in lower-case letters, digits, hyphens and underscores.");
  }
  return name;
}

function escapeQuoted(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%");
}
