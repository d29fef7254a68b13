import { expect, test } from "vitest";
import { FewAtOnce } from "../../../host/few-at-once.ts";

test("so many are under way and no more; the others follow in their order, also after one that failed", async () => {
  const few = new FewAtOnce(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const runs = [0, 1, 2, 3].map((number) =>
    few.run(async () => {
      begun.push(number);
      await new Promise<void>((end) => ends.push(end));
      if (number === 1) throw new Error("no");
      return number;
    }),
  );
  const outcome = Promise.allSettled(runs);
  expect(begun).toEqual([0, 1]);
  ends[1]?.();
  await expect(runs[1]).rejects.toThrow("no");
  expect(begun).toEqual([0, 1, 2]);
  ends[0]?.();
  ends[2]?.();
  await runs[2];
  expect(begun).toEqual([0, 1, 2, 3]);
  ends[3]?.();
  expect((await outcome).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
  expect(await few.run(async () => "again")).toBe("again");
});
