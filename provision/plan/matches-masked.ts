/**
 * True if `content` is `masked` with some one-line value in the place of each mask:
 * how a recorded file is recognised although its secrets were not recorded.
 */
export function matchesMasked(content: string, masked: string, masks: readonly string[]): boolean {
  const parts = splitAtMasks(masked, masks);
  const first = parts[0] ?? "";
  if (parts.length === 1) return content === first;
  if (!content.startsWith(first)) return false;
  let position = first.length;
  for (const [index, part] of parts.slice(1).entries()) {
    const isLast = index === parts.length - 2;
    const found = isLast ? content.length - part.length : content.indexOf(part, position);
    if (found < position || !content.endsWith(part, isLast ? undefined : found + part.length)) return false;
    if (content.slice(position, found).includes("\n")) return false;
    position = found + part.length;
  }
  return true;
}

function splitAtMasks(masked: string, masks: readonly string[]): readonly string[] {
  return masks.reduce<readonly string[]>((parts, mask) => parts.flatMap((part) => part.split(mask)), [masked]);
}
