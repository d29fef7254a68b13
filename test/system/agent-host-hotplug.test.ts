import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { findProgram } from "../helpers/find-program.ts";
import { type MockUsbBus, mockUsbBus } from "../helpers/mock-usb-bus.ts";

/*
 * The real libusb on a bus that umockdev makes up: what the agent hears of it, and that listening leaves nothing behind.
 */

const umockdev = findProgram("umockdev-run");
const WATCHER = fileURLToPath(new URL("../helpers/hotplug-watcher.ts", import.meta.url));
const WAIT = { timeout: 60_000, interval: 20 };

describe.skipIf("reason" in umockdev)(
  `libusb on a mock bus${"reason" in umockdev ? ` (${umockdev.reason})` : ""}`,
  () => {
    let bus: MockUsbBus;

    beforeAll(async () => {
      if ("path" in umockdev) bus = await mockUsbBus(umockdev.path, WATCHER);
    });
    afterAll(() => bus?.close());

    /** What it says next that matches. */
    async function answer<T>(command: string, key: string): Promise<T> {
      const before = bus.lines.length;
      bus.say(command);
      const line = await vi.waitUntil(() => bus.lines.slice(before).find((text) => text.includes(`"${key}"`)), WAIT);
      return JSON.parse(line) as T;
    }

    async function count(): Promise<{ events: number; descriptors: number }> {
      return answer("count", "descriptors");
    }

    test("a modem that leaves and comes back is told with its ids and place", async () => {
      await answer("count", "descriptors");
      bus.replug(1);
      await vi.waitUntil(() => bus.lines.length >= 3, WAIT);
      const events = bus.lines.filter((line) => line.includes("kind")).map((line) => JSON.parse(line));
      const place = { usb: "1e0e:9001", bus: 1, ports: [2] };
      expect(events).toEqual([
        { kind: "detach", ...place },
        { kind: "attach", ...place },
      ]);
    });

    test("a thousand times unplugged and plugged in: every event is heard, no descriptor is left", async () => {
      const before = await count();
      bus.replug(1_000);
      await vi.waitUntil(async () => (await count()).events >= before.events + 2_000, WAIT);
      expect(await count()).toEqual({ events: before.events + 2_000, descriptors: before.descriptors });
    });

    test("a thousand times stopped and begun again, it still hears each event once and holds no more", async () => {
      const before = await count();
      await answer("again", "watchedAgain");
      bus.replug(1);
      await vi.waitUntil(async () => (await count()).events >= before.events + 2, WAIT);
      expect(await count()).toEqual({ events: before.events + 2, descriptors: before.descriptors });
    });

    test("libusb's reset is carried out by a process of its own", async () => {
      expect(await answer("reset", "reset")).toEqual({ reset: "1-2" });
    });

    test("after stopping, nothing is heard", async () => {
      bus.say("stop");
      const before = await count();
      bus.replug(1);
      await answer("reset", "reset");
      expect(await count()).toEqual(before);
    });
  },
);
