/**
 * smsd's own files among its messages: locks, the storage of parts (`GSM1-concatenated`), and what it writes at its start to
 * try a folder. Dot-files are not finished.
 */
const NO_MESSAGE =
  /^\.|\.LOCK$|^LOCKED|^[A-Za-z0-9._-]{1,31}-concatenated$|^test\.[A-Za-z0-9]{6}$|^smsd_(?:script|data)\.[A-Za-z0-9]{6}$/;

/** Whether a file in one of smsd's folders may be a message, by its name. */
export function isMessageName(name: string): boolean {
  return !NO_MESSAGE.test(name);
}

/** What mkstemp(3) puts in place of XXXXXX, then perhaps a preview of the text (`filename_preview`). */
const TAIL = /^(?:\d{4}-\d{2}-\d{2}\.)?[A-Za-z0-9]{6}(?:-.*)?$/s;

/**
 * The modem that a file's name tells of, if it is one of `modems`: `GSM1.XXXXXX`, `2026-11-22.GSM1.XXXXXX` or
 * `GSM1.2026-11-22.XXXXXX`, as the setting `date_filename` has it.
 */
export function modemOfName(name: string, modems: readonly string[]): string | undefined {
  const rest = name.replace(/^\d{4}-\d{2}-\d{2}\./, "");
  return modems.find((modem) => rest.startsWith(`${modem}.`) && TAIL.test(rest.slice(modem.length + 1)));
}
