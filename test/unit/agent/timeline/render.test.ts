import fc from "fast-check";
import { expect, test } from "vitest";
import type { TimelineEvent } from "../../../../agent/timeline/event.ts";
import { renderEvent, speaksUtf8 } from "../../../../agent/views/timeline.ts";
import { eventToJson } from "../../../../agent/views/timeline-json.ts";
import { painter } from "../../../../provision/views/paint.ts";

const EVENT: TimelineEvent = {
  time: new Date(2026, 0, 17, 10, 20, 31).getTime(),
  ...{ source: "agent", subject: "modem:SIM7600", code: "io-errors", level: "critical", phase: "begun" },
  ...{ sentence: "the modem’s port fails → recovery", evidence: ["error 5"], routine: false },
};
const PLAIN = { paint: painter(false), unicode: true };

test("one line: when, how bad, who, what", () => {
  expect(renderEvent(EVENT, PLAIN)).toBe("2026-01-17 10:20:31 ✗ SIM7600        the modem’s port fails → recovery\n");
});

test.each([
  [{ level: "warning" }, "▲", "!"],
  [{ level: "critical", phase: "over" }, "✓", "+"],
  [{ level: "info", phase: "begun" }, "▶", ">"],
  [{ level: "info", phase: "done" }, "•", "-"],
  [{ level: "info", phase: "done", source: "access" }, "⇄", "="],
] as const)("%j has its sign, and one of ASCII", (change, icon, plain) => {
  expect(renderEvent({ ...EVENT, ...change }, PLAIN)).toContain(` ${icon} `);
  expect(renderEvent({ ...EVENT, ...change }, { ...PLAIN, unicode: false })).toContain(` ${plain} `);
});

test("without UTF-8 every byte is ASCII", () => {
  const line = renderEvent(EVENT, { ...PLAIN, unicode: false });
  expect(line).toContain("the modem?s port fails -> recovery");
  expect(line).toMatch(/^[\x20-\x7e]+\n$/);
});

test("colour only where it is wanted", () => {
  expect(renderEvent(EVENT, PLAIN)).not.toContain("\u001b");
  expect(renderEvent(EVENT, { ...PLAIN, paint: painter(true) })).toContain("\u001b[31m");
});

test.each([
  [{ LC_ALL: "de_DE.UTF-8" }, true],
  [{ LC_ALL: "C", LANG: "de_DE.UTF-8" }, false],
  [{ LC_ALL: "", LC_CTYPE: "C.utf8" }, true],
  [{ LC_CTYPE: "C", LANG: "C.UTF-8" }, false],
  [{ LANG: "en_US.ISO-8859-1" }, false],
  [{}, false],
])("%j speaks UTF-8: %s", (environment, speaks) => {
  expect(speaksUtf8(environment)).toBe(speaks);
});

test("no text drives a terminal, breaks the line or turns its direction", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.string({ unit: "binary" }),
      fc.boolean(),
      (sentence, subject, unicode) => {
        const event = { ...EVENT, sentence, subject };
        for (const line of [renderEvent(event, { ...PLAIN, unicode }), eventToJson(event)]) {
          expect(line.endsWith("\n")).toBe(true);
          expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        }
      },
    ),
  );
});

test("JSON is versioned, and what it says is what was said", () => {
  const sentence = "a\u0007b\u009b\u202e\u{e0001} 😀";
  expect(JSON.parse(eventToJson({ ...EVENT, sentence }))).toEqual({
    format: "modemkeeper.event/1",
    time: new Date(EVENT.time).toISOString(),
    ...{ source: "agent", subject: "modem:SIM7600", code: "io-errors", level: "critical", phase: "begun" },
    ...{ sentence, evidence: ["error 5"] },
  });
});
