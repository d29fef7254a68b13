const LONGEST = 600;
const DANGEROUS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** No script needs more marks on one letter; a tower of them covers the lines above. */
const TOWERS = /(\p{M}{4})\p{M}+/gu;

/**
 * Text from modems, networks and senders as it may stand on the page: control characters and marks that turn the writing
 * direction become a dot, and what is too long to be read is cut.
 * @param {string} text
 * @param {number} longest characters
 */
export function inert(text, longest = LONGEST) {
  const shown = text.length > longest ? `${text.slice(0, longest)}… (${text.length - longest} more characters)` : text;
  return shown.replace(DANGEROUS, "·").replace(TOWERS, "$1");
}
