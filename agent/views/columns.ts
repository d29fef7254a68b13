/*
 * How much room a text takes in a terminal, and how it is laid out in it. Texts have been made inert before.
 */

/** Marks that stand on the character before them. */
const NO_COLUMN = /^[\p{Mn}\p{Me}]$/u;
/** Wide and fullwidth characters (Unicode's EastAsianWidth.txt, W and F, by block) and what is shown as an emoji. */
const TWO_COLUMNS =
  /^[\u1100-\u115f\u2329\u232a\u2630-\u2637\u268a-\u268f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1d15e}-\u{1d164}\u{1d1bb}-\u{1d1c0}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{1f300}-\u{1f64f}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u;

/** Columns of a terminal that a text takes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const sign of text) columns += widthOf(sign);
  return columns;
}

function widthOf(sign: string): number {
  if (sign < "\u0300") return 1;
  // Some marks of wide scripts are wide by the tables: rather too much room than too little.
  if (TWO_COLUMNS.test(sign)) return 2;
  return NO_COLUMN.test(sign) ? 0 : 1;
}

export interface Layout {
  readonly width: number;
  /** What the first line begins with, and what the others do; each shorter than `width`. */
  readonly first: string;
  readonly rest: string;
}

/** Lines of at most `width` columns, broken between words; a word that no line can hold is broken within. */
export function wrapped(text: string, { width, first, rest }: Layout): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let isBare = true;
  for (const word of text.split(/\s+/u).filter((one) => one !== "")) {
    for (const piece of pieces(word, width - columnsOf(rest))) {
      const glue = isBare ? "" : " ";
      if (columnsOf(line) + glue.length + columnsOf(piece) <= width) line += glue + piece;
      else {
        lines.push(line.trimEnd());
        line = rest + piece;
      }
      isBare = false;
    }
  }
  return [...lines, line.trimEnd()];
}

function pieces(word: string, room: number): readonly string[] {
  if (columnsOf(word) <= room) return [word];
  const all: string[] = [];
  let piece = "";
  for (const sign of word) {
    if (piece !== "" && columnsOf(piece) + widthOf(sign) > room) {
      all.push(piece);
      piece = "";
    }
    piece += sign;
  }
  return [...all, piece];
}
