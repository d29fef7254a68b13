import { describe, expect, it } from "vitest";
import { checkOutgoingFailures, failedTransitions } from "../../../../agent/decide/checks/outgoing-failures.ts";
import type { OutgoingObservation } from "../../../../agent/model/outgoing.ts";
import { sampleInventory, sampleSmsd } from "../../../helpers/sample-inventory.ts";

const INVENTORY = sampleInventory({ smsd: sampleSmsd({ settings: { blockafter: 5, blocktime: 77 } }) });
const NOW = 2_000_000_000_000;
const HOUR = 3_600_000;

function failing(destination: string, failures: number, at = NOW) {
  return { destination, failures, reason: "+CMS ERROR: 38", at };
}

function check(seen: Partial<OutgoingObservation>) {
  return checkOutgoingFailures({ failed: [], destinations: [], trouble: [], ...seen }, INVENTORY, NOW);
}

describe("destinations that refuse messages", () => {
  it("are found after three failures in a row, with what smsd does then", () => {
    expect(check({ destinations: [failing("1a2b3c4d", 2)] })).toEqual([]);
    const [finding, ...others] = check({ destinations: [failing("1a2b3c4d", 3)] });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ code: "destination-refused", subject: "host", level: "warning", notify: true });
    expect(finding?.sentence).toBe(
      "Messages to one destination (#1a2b3c4d) have failed 3 times in a row or more: +CMS ERROR: 38. smsd blocks a modem for 77 s after 5 failed messages in a row, and everything else waits.",
    );
  });

  it("keep their sentence while failures go on: what changes is evidence", () => {
    const [three] = check({ destinations: [failing("1a2b3c4d", 3)] });
    const [four] = check({ destinations: [failing("1a2b3c4d", 4, NOW - HOUR)] });
    expect(four?.sentence).toBe(three?.sentence);
    expect(four?.evidence).not.toEqual(three?.evidence);
  });

  it("are no news a day after the last failure", () => {
    expect(check({ destinations: [failing("1a2b3c4d", 9, NOW - 23 * HOUR)] })).toHaveLength(1);
    expect(check({ destinations: [failing("1a2b3c4d", 9, NOW - 24 * HOUR)] })).toEqual([]);
  });

  it("are one finding; where there are many, it is rather the modem", () => {
    const many = ["a", "b", "c", "d"].map((key) => failing(key, 3));
    const [finding, ...others] = check({ destinations: many });
    expect(others).toEqual([]);
    expect(finding?.sentence).toContain("several destinations");
    expect(finding?.evidence).toHaveLength(4);
    expect(finding?.fix).toContain("the modem, its SIM or the network");
  });
});

it("what cannot be seen is said", () => {
  expect(check({ trouble: ["cannot list /x"] })).toMatchObject([{ code: "outgoing-unseen", notify: false }]);
});

describe("failed messages", () => {
  const told = (kind: OutgoingObservation["failed"][number]) =>
    failedTransitions({ failed: [kind], destinations: [], trouble: [] }, INVENTORY)[0];

  it("are told with the modem that tried", () => {
    expect(told({ count: 1, destination: "1a2b3c4d", modem: "SIM7600", reason: "+CMS ERROR: 38" })).toEqual({
      subject: "modem:SIM7600",
      code: "message-failed",
      level: "warning",
      phase: "done",
      notify: true,
      sentence: "A message to #1a2b3c4d could not be sent by SIM7600: +CMS ERROR: 38.",
    });
  });

  it("that were notices themselves become no notice: it would fail as they did", () => {
    const kind = { count: 1, modem: "SIM7600", reason: "+CMS ERROR: 38", notice: true } as const;
    expect(told(kind)).toMatchObject({ notify: false, sentence: expect.stringMatching(/^A notice could not be sent/) });
  });

  it.each([undefined, "forged"])("of modem %s are smsd's", (modem) => {
    const kind = { count: 2, reason: "No destination", ...(modem ? { modem } : {}) };
    expect(told(kind)).toMatchObject({ subject: "smsd", sentence: "2 messages could not be sent: No destination." });
  });
});
