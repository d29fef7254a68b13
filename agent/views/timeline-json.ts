import type { TimelineEvent } from "../timeline/event.ts";

/** Escaped beyond JSON's own need: C1 controls and marks that turn the writing direction drive terminals, too. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One event as one line of JSON, `modemkeeper.event/1`. */
export function eventToJson(event: TimelineEvent): string {
  const { time, source, subject, code, level, phase, sentence, evidence } = event;
  const value = {
    format: "modemkeeper.event/1",
    time: new Date(time).toISOString(),
    ...{ source, subject, code, level },
    ...(phase === undefined ? {} : { phase }),
    ...{ sentence, evidence },
  };
  const escaped = (sign: string) => [...sign].flatMap(units).join("");
  return `${JSON.stringify(value).replace(UNSAFE, escaped)}\n`;
}

function units(character: string): readonly string[] {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
  });
}
