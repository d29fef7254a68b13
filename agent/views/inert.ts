/** Control characters, marks that turn the writing direction and line separators become a sign of one column. */
export function inert(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, "\u00b7");
}
