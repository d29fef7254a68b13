import { expect, test } from "vitest";
import { Background } from "../../../../agent/observe/background.ts";

/* A pass of the loop does not wait for what takes seconds; what it did not wait for is there for the next. */

/** Sleeps end when the test says so. */
function clock() {
  const wake: (() => void)[] = [];
  return {
    sleep: (_ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        wake.push(resolve);
        signal?.addEventListener("abort", () => resolve());
      }),
    patienceEnds: () => {
      for (const one of wake.splice(0)) one();
    },
  };
}

function question() {
  const asked: { answer(text: string): void; fail(error: Error): void }[] = [];
  const ask = () =>
    new Promise<string>((answer, fail) => {
      asked.push({ answer, fail });
    });
  return { ask, asked };
}

test("an answer that comes at once is the answer", async () => {
  let late = 0;
  const background = new Background<string>(clock(), () => {
    late += 1;
  });
  expect(await background.ask(async () => "a")).toBe("a");
  expect(await background.ask(async () => "b")).toBe("b");
  expect(late).toBe(0);
});

test("one that takes long is not waited for, asked but once, and told of when it comes", async () => {
  let late = 0;
  const time = clock();
  const { ask, asked } = question();
  const background = new Background<string>(time, () => {
    late += 1;
  });
  for (let look = 0; look < 3; look += 1) {
    const looking = background.ask(ask);
    time.patienceEnds();
    expect(await looking).toBeUndefined();
  }
  expect(asked).toHaveLength(1);
  asked[0]?.answer("a");
  await new Promise(setImmediate);
  expect(late).toBe(1);
  const next = background.ask(ask);
  time.patienceEnds();
  expect(await next).toBe("a");
  expect(asked).toHaveLength(2);
});

test("a question that fails is told of once, and what was known stays", async () => {
  const background = new Background<string>(clock(), () => {});
  await background.ask(async () => "a");
  await expect(background.ask(() => Promise.reject(new Error("no process")))).rejects.toThrow("no process");
  const time = clock();
  const other = new Background<string>(time, () => {});
  await other.ask(async () => "b");
  const { ask, asked } = question();
  const slow = other.ask(ask);
  time.patienceEnds();
  expect(await slow).toBe("b");
  asked[0]?.fail(new Error("killed"));
  await new Promise(setImmediate);
  await expect(other.ask(async () => "c")).rejects.toThrow("killed");
  expect(await other.ask(async () => "d")).toBe("d");
});
