import { describe, expect, it } from "vitest";
import { known } from "../../../../agent/doctor/known.ts";
import type { OngoingFinding } from "../../../../agent/model/finding.ts";
import { sampleInventory, sampleModem } from "../../../helpers/sample-inventory.ts";
import { agentState, healthyFacts, log, NOW, RECEIVER, unit } from "./doctor-facts.ts";
import { changed, expectOne, judge } from "./judging.ts";

describe("smsd", () => {
  it("that is called active without a process is an error", () => {
    expectOne(
      "smsd",
      changed("smsd", { processes: known([]) }),
      "error",
      /does not run, although smstools\.service is called active/,
    );
  });

  it("that is stopped is an error, that is not installed a note", () => {
    const stopped = changed(
      "setup",
      { units: known({ "smstools.service": unit({ active: "failed" }) }) },
      changed("smsd", { processes: known([]) }),
    );
    expectOne("smsd", stopped, "error", /\(smstools\.service is failed\)/);
    expectOne("smsd", changed("setup", { smsdPackage: known(undefined) }, stopped), "info", /not installed/);
  });
});

describe("smsd-log", () => {
  const says = (...lines: readonly string[]) =>
    changed("smsd", { log: known(log(...lines.map((line) => `2026-01-10 20:00:00,3, ${line}`))) });

  it.each([
    ["SIM7600: write_to_modem: error 5: Input/output error", "error", /terminal that is gone/],
    ["SIM7600: Cannot create file /var/spool/sms/incoming/SIM7600.abc", "error", /which is lost/],
    [
      "SIM7600: Fatal error: Cannot move /var/spool/sms/checked/a to /var/spool/sms/sent. Check file and dir permissions.",
      "error",
      /send it again/,
    ],
    [
      "smsd: Modem handler 0 (SIM7600) terminated while mainprocess is still running. Exited, status 127.",
      "error",
      /gave a modem up/,
    ],
    ["SIM7600: Fatal error: sending failed 3 times. Blocking 3600 sec.", "warning", /left a modem alone/],
    ["SIM7600: Modem is not ready to answer commands (Timeouts: 22)", "warning", /did not answer/],
    ["SIM7600: MODEM IS NOT REGISTERED, WAITING 1 SEC. BEFORE RETRYING 3. TIME", "warning", /not registered/],
    ["smsd: FATAL ERROR: Looks like another smsd (812) is running. I (999) quit now.", "error", /second smsd/],
    ["SIM7600: ALERT: problem with eventhandler, result 256", "warning", /handler of smsd's failed/],
    ["SIM7600: Unexpected input: +CSQ: 20,99", "warning", /had not asked for/],
    ["smsd: Cannot handle /var/spool/sms/outgoing/x: Access denied.", "error", /may not read/],
  ] as const)("%s", (line, level, sentence) => {
    expectOne("smsd-log", says(line), level, sentence);
  });

  it("that tells of trouble which passed is well again", () => {
    expectOne(
      "smsd-log",
      says("SIM7600: write_to_modem: error 5: Input/output error", "SIM7600: No SMS received"),
      "ok",
      /complained of nothing/,
    );
    const other = says("SIM7600: write_to_modem: error 5: Input/output error", "EC25: No SMS received");
    expectOne("smsd-log", other, "error", /terminal that is gone/);
  });

  it("is shown without numbers and texts", () => {
    const { evidence } = expectOne(
      "smsd-log",
      says("SIM7600: ALERT: problem with eventhandler, To: +491701234567, result 256"),
      "warning",
      /handler/,
    );
    expect(evidence?.join()).not.toContain("4917012");
  });
});

describe("sim", () => {
  const modem = (sim: string) => ({ name: "SIM7600", model: "SIM7600", present: true, sim });
  const state = (sim: string) => changed("agent", { state: known(agentState({ modems: [modem(sim)] })) });

  it.each([
    ["SIM PIN", /says SIM PIN/, /Put the PIN/],
    ["SIM PUK", /says SIM PUK/, /PUK that its operator/],
    ["not inserted", /says not inserted/, /holder/],
  ])("%s", (sim, sentence, fix) => {
    expect(expectOne("sim", state(sim), "error", sentence).fix).toMatch(fix);
  });

  it("that wants the PIN which is configured gets it from smsd", () => {
    const pin = { from: "file", path: "/etc/modemkeeper/secrets/pin" } as const;
    const wanted = { ...sampleInventory(), modems: [sampleModem({ pin })] };
    expectOne("sim", changed("setup", { wanted }, state("SIM PIN")), "ok", /asks for anything/);
  });

  it.each([
    ["Modem did not accept this PIN", /refused its PIN/],
    ["Your SIM is locked. Unlock it manually", /is locked/],
    ["Modem needs PIN, but it's not defined for this modem", /none is configured/],
  ])("without the agent, smsd's log tells: %s", (text, sentence) => {
    const facts = changed(
      "agent",
      { state: known(undefined) },
      changed("smsd", { log: known(log(`2026-01-10 20:00:00,3, SIM7600: ${text}`)) }),
    );
    expectOne("sim", facts, "error", sentence);
  });
});

describe("gateway", () => {
  const finding = (change: Partial<OngoingFinding>): OngoingFinding => ({
    code: "signal-weak",
    subject: "modem:SIM7600",
    level: "warning",
    sentence: "The signal is weak.",
    evidence: ["+CSQ: 4,99"],
    notify: true,
    since: NOW,
    ...change,
  });

  it.each([
    ["info", "info"],
    ["warning", "warning"],
    ["critical", "error"],
  ] as const)("shows the agent's findings: %s", (level, shown) => {
    const facts = changed("agent", { state: known(agentState({ findings: [finding({ level })] })) });
    expectOne("gateway", facts, shown, /^modem:SIM7600: The signal is weak\.$/);
  });

  it("is unknown without an agent", () => {
    expectOne("gateway", changed("agent", { state: known(undefined) }), "info", /^Unknown/);
  });
});

describe("receivers", () => {
  const deliveries = (sink: object, deadLetters = 0) =>
    changed("agent", {
      state: known(
        agentState({
          deliveries: { incoming: { waiting: 3, deadLetters, duplicates: 0, sinks: [{ ...RECEIVER, ...sink }] } },
        }),
      ),
    });

  it("that take nothing are an error", () => {
    const failing = { since: "2026-01-10T20:00:00.000Z", detail: "connection refused" };
    expect(
      expectOne(
        "receivers",
        deliveries({ waiting: 3, failing }),
        "error",
        /^crm \(webhook\) takes nothing since 2026.*; 3 wait/,
      ).evidence,
    ).toEqual(["connection refused"]);
  });

  it("that refused messages left dead letters", () => {
    expectOne("receivers", deliveries({}, 2), "warning", /2 messages could not be delivered/);
  });

  it("that nobody is are a note", () => {
    expectOne("receivers", changed("setup", { wanted: sampleInventory() }), "info", /names nobody/);
  });
});

describe("http", () => {
  const url = "http://127.0.0.1:8070/healthz";
  it.each([
    [{ url, error: "connection refused" }, "error", /does not answer: connection refused/],
    [{ url, status: 503 }, "error", /answers 503/],
    [{ url, error: "self-signed certificate" }, "info", /not for this address/],
    [undefined, "info", /Not asked/],
  ] as const)("%j", (http, level, sentence) => {
    expectOne("http", changed("agent", { http: known(http) }), level, sentence);
  });

  it("that is switched off is as it must be", () => {
    const { wanted } = healthyFacts().setup;
    const off = { ...wanted, http: { ...wanted.http, enabled: false } };
    expect(judge("http", changed("setup", { wanted: off }))).toMatchObject([{ level: "ok" }]);
  });
});
