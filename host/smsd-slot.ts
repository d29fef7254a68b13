/** What the unit starts smsd with: room on its command line for the name of each process (smsd(1), `-n`). */
const OPTION = "-n";
const FILLER = "_";

/**
 * Whether a command line is that of smsd's process for `modem`. After forking, each process writes its name over the
 * value of `-n` and fills up with underscores: `-nMAINPROCESS` becomes `-nSIM7600____`. A name that has no room is cut to
 * its first letter (seen with smsd 3.1.21), and then several modems may look the same.
 */
export function smsdModemOf(cmdline: string, modem: string): boolean {
  const slot = slotOf(cmdline);
  if (slot === undefined) return false;
  const name = modem.length <= slot.length ? modem : modem.slice(0, 1);
  return slot === name.padEnd(slot.length, FILLER);
}

/** What one of smsd's processes is for; undefined where it was started without a name. */
export function smsdRoleOf(cmdline: string): "main" | "notifier" | "modem" | undefined {
  const slot = slotOf(cmdline);
  if (slot === undefined) return undefined;
  if (slot.startsWith("MAINPROCESS")) return "main";
  // Watches the outgoing folder, where `notifier = yes`; ignores TERM, and lives on if the main process is killed (seen with smsd 3.1.21).
  return /^NOTIFIER_*$/.test(slot) ? "notifier" : "modem";
}

function slotOf(cmdline: string): string | undefined {
  const argument = cmdline.split("\0").find((one) => one.startsWith(OPTION));
  return argument?.slice(OPTION.length);
}
