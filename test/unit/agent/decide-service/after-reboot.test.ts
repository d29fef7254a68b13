import { expect, test } from "vitest";
import { afterReboot } from "../../../../agent/decide/after-reboot.ts";
import { emptyMemory, type Memory, type ModemMemory, NEW_MODEM } from "../../../../agent/model/memory.ts";
import { at } from "./story.ts";

const RECOVERY: NonNullable<ModemMemory["recovery"]> = {
  cause: { code: "not-answering", sentence: "It does not answer." },
  since: 1,
  phase: "act",
  phaseSince: 2,
  ladder: ["at-reset", "host-reboot"],
  rung: 0,
  isolation: "hold",
};
const LEARNED: Partial<ModemMemory> = {
  everHealthy: true,
  identity: { imei: "1" },
  lastGoodRung: "usb-reset",
  refusedPin: "abc",
  failedRecoveries: 2,
  rebootedAt: 1_893_000_000_000,
  lastReceivedAt: 1_893_000_000_000,
  lastSentAt: 1_893_000_000_000,
  lastRecovery: { at: 1_893_000_000_000, ok: true, rung: "usb-reset", cause: "x", how: "y", took: 9 },
};
const BEFORE: Memory = {
  ...emptyMemory("boot-0"),
  findings: {},
  flag: { identity: "f", firstSeen: 900_000 },
  smsd: {
    downSince: 5,
    failures: 3,
    notBefore: 99_999_999,
    starts: [1, 2],
    stoppedForRecovery: "SIM7600",
    setAside: "/x",
  },
  modems: {
    SIM7600: {
      ...NEW_MODEM,
      ...LEARNED,
      attached: { sysName: "1-2", deviceNumber: 3, since: 9, restarted: true },
      failedChecks: 2,
      suspect: { file: "checked/x", crashes: 1, at: 99_999_999, triedAt: 99_999_999 },
      lastCheckAt: 7,
      notBefore: 99_999_999,
      rungs: [1, 2, 3],
      recovery: RECOVERY,
    },
  },
  configuration: { tried: { digest: "d1", at: 99_999_999, ok: true } },
  host: { clockOffset: 5 },
};

test("within a boot nothing changes", () => {
  const memory = { ...BEFORE, bootId: "boot-1" };
  expect(afterReboot(memory, at(0))).toBe(memory);
});

test("after a reboot what was learned stays, what was under way and every monotonic time goes", () => {
  const suspect = { file: "checked/x", crashes: 1, at: 0 };
  expect(afterReboot(BEFORE, at(0))).toEqual({
    ...emptyMemory("boot-1"),
    smsd: { failures: 0, notBefore: 0, starts: [], setAside: "/x" },
    modems: { SIM7600: { ...NEW_MODEM, ...LEARNED, rungs: [1, 2, 3].map(() => at(0).monotonic), suspect } },
    configuration: { tried: { digest: "d1", at: 0, ok: true } },
  });
});
