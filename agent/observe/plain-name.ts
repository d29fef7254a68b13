/** The longest that a file system takes. */
const MAX_LENGTH = 255;

/** Whether this is the name of a file in a folder and nothing else: no path, no dot-file, no control characters. */
export function isPlainName(name: string): boolean {
  if (name === "" || name.length > MAX_LENGTH || name.startsWith(".")) return false;
  return !/[/\p{Cc}\p{Cf}]/u.test(name);
}
