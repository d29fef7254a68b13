/** Longer lines of smsd.conf are read as two; smsd's line buffer has 4128 bytes, names and paths much less. */
const MAX_BYTES = 1000;

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;

interface TextProblem {
  readonly what: string;
  readonly why: string;
  readonly fix: string;
}

/** Why smsd.conf cannot carry a text as the value of a setting, if it cannot. It knows no quotes and no escapes. */
export function textProblem(text: string): TextProblem | undefined {
  if (CONTROL.test(text)) {
    return {
      what: "holds a line end or another control character",
      why: "In smsd.conf it would begin a new line, and so another setting.",
      fix: "Write it on one line, of printable characters.",
    };
  }
  if (new TextEncoder().encode(text).length > MAX_BYTES) {
    return {
      what: `is longer than ${MAX_BYTES} bytes`,
      why: "smsd would read the rest as a new line.",
      fix: "Shorten it.",
    };
  }
  if (text.startsWith("?")) {
    return {
      what: "begins with a question mark",
      why: "smsd takes it for a list of alternatives and uses the first.",
      fix: "Remove the question mark.",
    };
  }
  if (text !== text.trim()) {
    return {
      what: "begins or ends with a blank",
      why: "smsd removes blanks there, so the value would not be what is written.",
      fix: "Remove the blanks.",
    };
  }
  return text === ""
    ? { what: "is empty", why: "smsd takes it for not set.", fix: "Remove the line, or give it a value." }
    : undefined;
}
