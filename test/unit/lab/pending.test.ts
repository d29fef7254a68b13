import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Pending } from "../../lab/vm/pending.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("answers find their questions in any order", async () => {
  const pending = new Pending<string>();
  const ids: number[] = [];
  const first = pending.ask((id) => ids.push(id), 10, "late");
  const second = pending.ask((id) => ids.push(id), 10, "late");
  pending.answer(ids[1] ?? 0, "second");
  pending.answer(ids[0] ?? 0, "first");
  expect(await Promise.all([first, second])).toEqual(["first", "second"]);
});

test("a question that nobody answers is refused after its time, and an answer after that is dropped", async () => {
  const pending = new Pending<string>();
  const ids: number[] = [];
  const question = pending.ask((id) => ids.push(id), 10, "no answer in 10 s");
  const refused = expect(question).rejects.toThrow("no answer in 10 s");
  await vi.advanceTimersByTimeAsync(10_000);
  await refused;
  expect(() => pending.answer(ids[0] ?? 0, "too late")).not.toThrow();
});

test("when the other side is gone, everything that waits is refused at once", async () => {
  const pending = new Pending<string>();
  const questions = [1, 2].map(() => pending.ask(() => {}, 10, "late"));
  pending.refuseAll(new Error("the emulator ended"));
  for (const question of questions) await expect(question).rejects.toThrow("the emulator ended");
  expect(vi.getTimerCount()).toBe(0);
});
