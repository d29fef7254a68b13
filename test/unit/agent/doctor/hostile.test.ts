import fc from "fast-check";
import { expect, it } from "vitest";
import { diagnose } from "../../../../agent/doctor/diagnose.ts";
import { known } from "../../../../agent/doctor/known.ts";
import { renderDiagnosis } from "../../../../agent/doctor/view.ts";
import { parseSuspend } from "../../../../agent/observe/suspend.ts";
import { parseSmsdConf } from "../../../../provision/init/smsd-conf.ts";
import { agentState, healthyFacts, log, NOW, RECEIVER } from "./doctor-facts.ts";
import { changed } from "./judging.ts";

/*
 * What is read comes from kernels, devices, programs and whoever may write to /tmp and the spool: whatever it is, doctor says
 * its piece, and neither drives the terminal nor leaves its 80 columns.
 */

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 120 }),
  fc.string({ unit: "binary", maxLength: 120 }),
  fc.constantFrom(
    "\u001b[2J\u001b]0;x\u0007",
    "usb 1-2.1: USB disconnect, device number 7",
    "a\nb",
    "\u202egnp.exe",
    "x".repeat(300),
  ),
);

it("whatever is read, the diagnosis is plain lines of at most 80 columns", () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 3, maxLength: 8 }), (texts) => {
      const [a = "", b = "", c = ""] = texts;
      const holder = { pid: 1, process: a, user: b, since: NOW };
      const finding = {
        code: "x",
        subject: "host",
        level: "critical",
        sentence: a,
        evidence: texts,
        fix: b,
        notify: false,
        since: NOW,
      } as const;
      const failing = { since: "2026", detail: a };
      const deliveries = {
        incoming: { waiting: 0, deadLetters: 0, duplicates: 0, sinks: [{ ...RECEIVER, name: b, failing }] },
      };
      const modems = [{ name: "SIM7600", model: "SIM7600", present: true, sim: c }];
      const state = known(agentState({ findings: [finding], deliveries, modems }));
      const smsd = {
        log: known(log(...texts.map((one) => `2026-01-10 20:00:00,3, SIM7600: write_to_modem: error 5: ${one}`))),
        flag: known({ kind: "file", owner: a, modifiedAt: NOW, content: b } as const),
        suspend: known(parseSuspend(texts.map((one) => `GSM1: ${one}`).join("\n"))),
        locks: known([{ what: "access", file: { path: "/var/lock/x" }, holder } as const]),
      };
      const usb = { kernel: known(texts.map((one) => `usb 1-2.1: ${one}: error -71`)) };
      const rivals = {
        holders: known({ ttyUSB2: [holder] }),
        leftovers: known([{ kind: "cron", path: `/etc/cron.d/${a}`, does: "restarts smsd", by: b } as const]),
      };
      const setup = {
        inventory: known({ state: "invalid", file: a, problems: texts } as const),
        smsdConf: known({ state: "foreign", conf: parseSmsdConf(texts.join("\n")) } as const),
        secrets: known(texts.map((sentence) => ({ sentence, fix: sentence }))),
        smsdPackage: known(a),
        wrongLinks: known(texts),
      };
      const facts = changed(
        "agent",
        { state },
        changed("smsd", smsd, changed("usb", usb, changed("rivals", rivals, changed("setup", setup, healthyFacts())))),
      );
      const shown = renderDiagnosis(diagnose(facts), { paint: (_format, given) => given, verbose: true });
      expect(shown.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      for (const line of shown.split("\n")) expect([...line].length, line).toBeLessThanOrEqual(80);
    }),
    { numRuns: 200 },
  );
});
