/*
 * How much room a text takes in a terminal, and how it is laid out in it. Texts have been made inert before.
 */

/** Marks that stand on the character before them. */
const NO_COLUMN = /^[\p{Mn}\p{Me}]$/u;
const EMOJI = /^\p{Emoji_Presentation}$/u;
/** First and last of the wide and fullwidth characters (Unicode's EastAsianWidth.txt, W and F), by block. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2630, 0x2637],
  [0x268a, 0x268f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x1d15e, 0x1d164],
  [0x1d1bb, 0x1d1c0],
  [0x1d300, 0x1d376],
  [0x1f200, 0x1f265],
  [0x1f300, 0x1f64f],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

/** Columns of a terminal that a text takes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const sign of text) columns += widthOf(sign);
  return columns;
}

function widthOf(sign: string): number {
  // Latin letters, dashes, quotes and dots, without waiting for the tables of a regular expression.
  if (sign < "\u0300" || (sign >= "\u2010" && sign < "\u2060")) return 1;
  const code = sign.codePointAt(0) ?? 0;
  // Some marks of wide scripts are wide by the tables: rather too much room than too little.
  if (WIDE.some(([first, last]) => code >= first && code <= last) || EMOJI.test(sign)) return 2;
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
  const indent = columnsOf(rest);
  let line = first;
  let taken = columnsOf(first);
  let glue = "";
  for (const word of text.split(/\s+/u).filter((one) => one !== "")) {
    for (const piece of pieces(word, width - indent)) {
      const room = columnsOf(piece);
      if (taken + glue.length + room <= width) {
        line += glue + piece;
        taken += glue.length + room;
      } else {
        lines.push(line.trimEnd());
        line = rest + piece;
        taken = indent + room;
      }
      glue = " ";
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
