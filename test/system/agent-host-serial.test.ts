import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readlinkSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { SerialLine } from "../../core/agent-ports.ts";
import { realSerialPorts } from "../../host/serial.ts";
import { type PtyPair, ptyPair } from "../helpers/pty-pair.ts";
import { Simulator } from "../sim/simulator.ts";

/*
 * The real serial binding on pseudo-terminals: a simulated modem, one that hangs up, one that takes no bytes.
 */

const WAIT = { timeout: 10_000, interval: 10 };
const folder = mkdtempSync(join(tmpdir(), "agent-serial-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function collect(line: SerialLine): { text: string; closed: string | undefined } {
  const seen: { text: string; closed: string | undefined } = { text: "", closed: undefined };
  line.onData((data) => {
    seen.text += data.toString("latin1");
  });
  line.onClose((reason) => {
    seen.closed = reason;
  });
  return seen;
}

describe("with a simulated modem", () => {
  const sim = new Simulator();
  const path = join(folder, "modem");

  beforeAll(async () => {
    await sim.plug({ link: path });
  });
  afterAll(() => sim.close());

  test("commands are answered", async () => {
    const line = await realSerialPorts.open(path);
    onTestFinished(() => line.close());
    const seen = collect(line);
    await line.write(Buffer.from("ATE0\r"));
    await vi.waitUntil(() => seen.text.includes("OK"), WAIT);
    await line.write(Buffer.from("AT+CPIN?\r"));
    await vi.waitUntil(() => seen.text.includes("+CPIN: READY"), WAIT);
  });

  test("after closing, nothing is heard and nothing can be written", async () => {
    const line = await realSerialPorts.open(path);
    const seen = collect(line);
    await line.close();
    await line.close();
    expect(seen.closed).toBe("closed");
    await expect(line.write(Buffer.from("AT\r"))).rejects.toMatchObject({ code: "io" });
  });

  test("a modem that leaves the bus ends the line, whether it speaks or not", async () => {
    const line = await realSerialPorts.open(path);
    const seen = collect(line);
    await sim.unplug();
    await vi.waitUntil(() => seen.closed !== undefined, WAIT);
    expect(seen.closed).toBe("the device is gone");
    await expect(line.write(Buffer.from("AT\r"))).rejects.toMatchObject({ code: "io", message: /the device is gone/ });
    await line.close();
    expect(existsSync(path)).toBe(false);
    await expect(realSerialPorts.open(path)).rejects.toMatchObject({
      code: "io",
      message: `cannot open ${path}: No such file or directory`,
    });
  });
});

test("what is no terminal is refused", async () => {
  await expect(realSerialPorts.open("/dev/null")).rejects.toMatchObject({ code: "io" });
  await expect(realSerialPorts.open(folder)).rejects.toMatchObject({ code: "io" });
});

describe("with a bare pseudo-terminal", () => {
  let pair: PtyPair;

  beforeAll(async () => {
    pair = await ptyPair(join(folder, "ours"), join(folder, "theirs"));
  });
  afterAll(() => pair.close());

  test("bytes pass as they are and in order; others may open the terminal meanwhile", async () => {
    const line = await realSerialPorts.open(pair.ours);
    onTestFinished(() => line.close());
    closeSync(openSync(pair.ours, "r+"));
    const heard: Buffer[] = [];
    const theirs = openSync(pair.theirs, "r+");
    onTestFinished(() => closeSync(theirs));
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    writeSync(theirs, all.subarray(0, 100));
    line.onData((data) => heard.push(data));
    writeSync(theirs, all.subarray(100));
    await vi.waitUntil(() => Buffer.concat(heard).length >= all.length, WAIT);
    expect(Buffer.concat(heard)).toEqual(all);
  });

  test("a terminal that takes no bytes fails a write after its time, and closing does not wait for it", async () => {
    pair.freeze();
    const line = await realSerialPorts.open(pair.ours);
    const seen = collect(line);
    const writing = line.write(Buffer.alloc(1_000_000, "A"));
    await expect(writing).rejects.toMatchObject({ code: "io", message: /takes no bytes for 5 s/ });
    await line.close();
    expect(seen.closed).toBe("closed");
    pair.thaw();
  });

  test("a thousand times opened and closed, no descriptor is left", async () => {
    const round = async () => {
      const line = await realSerialPorts.open(pair.ours);
      line.onData(() => {});
      await line.write(Buffer.from("AT\r"));
      await line.close();
    };
    await round();
    const before = descriptors();
    for (let count = 0; count < 1_000; count++) await round();
    expect(descriptors()).toEqual(before);
  });
});

/** What this process has open, by what it is; numbers change. */
function descriptors(): readonly string[] {
  return readdirSync("/proc/self/fd")
    .flatMap((name) => {
      try {
        return [readlinkSync(`/proc/self/fd/${name}`).replace(/\d+/g, "N")];
      } catch {
        return [];
      }
    })
    .sort();
}
