import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Colours a text where colour is wanted; elsewhere the text itself. */
export type Paint = (format: Format, text: string) => string;

export function painter(colour: boolean): Paint {
  // The decision is the terminal's alone; styleText would otherwise look at NO_COLOR and stdout by itself.
  return colour ? (format, text) => styleText(format, text, { validateStream: false }) : (_format, text) => text;
}
