import { parseLogLine } from "../../../core/smsd-log.ts";
import { classifyLine, shownText } from "../../../core/smsd-log-class.ts";

/**
 * smsd's log as it may leave the machine. A line that smsd did not write itself (what a handler printed, the rest of a
 * message) is not shown; of a line of no known kind only the words before the first sign that is none.
 */
export function maskSmsdLog(text: string, mask: (text: string) => string): string {
  let hidden = 0;
  const lines = text.split("\n").flatMap((raw) => {
    if (raw.trim() === "") return [];
    const line = parseLogLine(raw);
    if (!line) {
      hidden += 1;
      return [];
    }
    const shown = classifyLine(line).kind === "other" ? firstWords(line.text) : knownLine(line.text);
    return [mask(`${line.time},${line.severity}, ${line.process}: ${shown}`)];
  });
  return `${[...lines, `(${hidden} lines that smsd did not write itself are left out)`].join("\n")}\n`;
}

/** A sender's name may hold a comma and anything else: behind it nothing is shown. */
function knownLine(text: string): string {
  return shownText(text.replace(/\b(To|From):.*$/i, "$1: …"));
}

const WORDS = /^[A-Z][A-Za-z]*(?: [A-Za-z]+){0,7}/;
/** Of lines of these kinds even the first words may be somebody's. */
const FOREIGN = /^(?:!|->|<-|Exec|Text|Body|Message)/;

function firstWords(text: string): string {
  if (FOREIGN.test(text)) return "…";
  const words = WORDS.exec(text)?.[0] ?? "";
  return words === text ? text : `${words}…`;
}
