import type { Notice } from "../../../../../agent/notify/notice.ts";

export const NOW = Date.parse("2030-01-17T19:44:00Z");

export function sampleNotice(change: Partial<Notice> = {}): Notice {
  return {
    id: "kc1-7",
    level: "critical",
    host: "gw1",
    subject: "modem:SIM7600",
    modem: "SIM7600",
    code: "not-registered",
    phase: "begun",
    sentence: "SIM7600 has not been in a network for more than five minutes.",
    since: "2030-01-17T19:39:00.000Z",
    at: "2030-01-17T19:44:00.000Z",
    count: 1,
    fix: "Look at its antenna.",
    ...change,
  };
}
