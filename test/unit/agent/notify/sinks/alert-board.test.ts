import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OngoingFinding } from "../../../../../agent/model/finding.ts";
import {
  alertOfEvent,
  alertsOf,
  type Board,
  boardAfter,
  isNews,
  withoutTold,
} from "../../../../../agent/notify/sinks/alert-board.ts";
import { finding } from "../notice-story.ts";
import { NOW, sampleNotice } from "./sample-notice.ts";

const ABOUT = { host: "gw1", extra: { site: "north" } };
const NONE: Board = new Map();

function at(seconds: number, jump = 0) {
  return { wall: NOW + (seconds + jump) * 1000, monotonic: 10_000_000 + seconds * 1000, bootId: "boot-1" };
}

function lasting(change: Partial<OngoingFinding> = {}): OngoingFinding {
  return { ...finding(change), since: NOW, ...change };
}

describe("what lasts", () => {
  test("burns from its beginning until four minutes from now", () => {
    const one = lasting({ subject: "modem:SIM7600", fix: "Look.", evidence: ["a", "b"] });
    const board = boardAfter(NONE, [one], at(0), ABOUT);
    expect(alertsOf(boardAfter(board, [one], at(600), ABOUT), at(600))).toEqual([
      {
        labels: { site: "north", alertname: "smsd-down", severity: "critical", host: "gw1", modem: "SIM7600" },
        annotations: { summary: "It is down.", fix: "Look.", evidence: "a\nb" },
        startsAt: "2030-01-17T19:44:00.000Z",
        endsAt: "2030-01-17T19:58:00.000Z",
      },
    ]);
  });

  test("ends at once when it is gone, and is told so until Alertmanager has taken it up", () => {
    const board = boardAfter(NONE, [lasting()], at(0), ABOUT);
    const over = boardAfter(board, [], at(90), ABOUT);
    expect([isNews(NONE, board), isNews(board, board), isNews(board, over)]).toEqual([true, false, true]);
    const later = boardAfter(over, [], at(300), ABOUT);
    expect(alertsOf(later, at(300))).toMatchObject([
      { startsAt: "2030-01-17T19:44:00.000Z", endsAt: "2030-01-17T19:45:30.000Z" },
    ]);
    expect(withoutTold(later, later).size).toBe(0);
    expect(boardAfter(later, [], at(90_000), ABOUT).size).toBe(0);
  });

  test("what begins again while its end is on the way begins anew", () => {
    const over = boardAfter(boardAfter(NONE, [lasting()], at(0), ABOUT), [], at(60), ABOUT);
    const again = boardAfter(over, [lasting({ since: NOW + 120_000 })], at(120), ABOUT);
    expect(isNews(over, again)).toBe(true);
    expect(alertsOf(withoutTold(again, over), at(120))).toMatchObject([{ startsAt: "2030-01-17T19:46:00.000Z" }]);
  });

  test("another level is another alert: the old one ends", () => {
    const board = boardAfter(NONE, [lasting({ level: "warning" })], at(0), ABOUT);
    const graver = alertsOf(boardAfter(board, [lasting()], at(60), ABOUT), at(60));
    expect(graver.map(({ labels: { severity }, endsAt }) => [severity, endsAt])).toEqual([
      ["critical", "2030-01-17T19:49:00.000Z"],
      ["warning", "2030-01-17T19:45:00.000Z"],
    ]);
  });

  test("labels of the inventory never take the place of ours", () => {
    const extra = { alertname: "x", severity: "y", host: "z", team: "sms" };
    const [alert] = alertsOf(boardAfter(NONE, [lasting()], at(0), { host: "gw1", extra }), at(0));
    expect(alert?.labels).toEqual({ alertname: "smsd-down", severity: "critical", host: "gw1", team: "sms" });
  });

  test("none ends before it begins, however the clock jumps: Alertmanager would refuse them all", () => {
    const steps = fc.array(
      fc.record({ seconds: fc.nat(5000), jump: fc.integer({ min: -1e8, max: 1e8 }), there: fc.boolean() }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        let board = NONE;
        let time = 0;
        for (const { seconds, jump, there } of all) {
          time += seconds;
          const now = at(time, jump);
          board = boardAfter(board, there ? [lasting({ since: NOW + jump })] : [], now, ABOUT);
          for (const { startsAt, endsAt } of alertsOf(board, now)) expect(startsAt <= endsAt).toBe(true);
        }
      }),
    );
  });
});

describe("what was done once", () => {
  test("burns for five minutes from when it is told, having begun when it was done", () => {
    const notice = sampleNotice({ phase: "done", code: "sim-exchanged", level: "warning" });
    expect(alertOfEvent(notice, NOW + 3_600_000, { site: "north" })).toEqual({
      labels: { site: "north", alertname: "sim-exchanged", severity: "warning", host: "gw1", modem: "SIM7600" },
      annotations: { summary: notice.sentence, fix: "Look at its antenna." },
      startsAt: "2030-01-17T19:44:00.000Z",
      endsAt: "2030-01-17T20:49:00.000Z",
    });
  });
});
