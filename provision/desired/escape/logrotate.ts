import { refuse, refuseControl } from "./refuse.ts";

const TARGET = "a logrotate configuration";

/**
 * The path of a log, in quotes. Inside them logrotate still expands wildcards and knows no escape for them
 * (logrotate(8): "if you include quotes or wildcards …").
 * @throws ModemkeeperError inventory-invalid
 */
export function logrotatePath(path: string): string {
  refuseControl(path, TARGET);
  if (!path.startsWith("/")) refuse(path, TARGET, "logrotate takes absolute paths only.");
  if (/["'\\]/.test(path)) refuse(path, TARGET, "A quote or backslash would end the path early.");
  if (/[*?[\]{}~]/.test(path)) refuse(path, TARGET, "logrotate takes * ? [ ] { } ~ for wildcards.");
  return `"${path}"`;
}
