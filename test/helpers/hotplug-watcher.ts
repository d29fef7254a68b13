import { readdirSync } from "node:fs";
import { createInterface } from "node:readline";
import type { UsbEvent } from "../../core/agent-ports.ts";
import { realAgentHost } from "../../host/real-agent-host.ts";

/*
 * A program for tests, run under umockdev: tells what the agent's host sees of the USB bus, one JSON object a line, and
 * does what it is told on standard input.
 */

const host = await realAgentHost();
let events = 0;

function say(line: object | string): void {
  process.stdout.write(`${typeof line === "string" ? line : JSON.stringify(line)}\n`);
}

function heard(event: UsbEvent): void {
  events += 1;
  if (events <= 2) say({ ...event });
}

function descriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

let stop = host.hotplug.watch(heard);

const commands: Readonly<Record<string, () => Promise<void> | void>> = {
  count: () => say({ events, descriptors: descriptors() }),
  stop: () => stop(),
  again: () => {
    for (let count = 0; count < 1_000; count++) {
      stop();
      stop = host.hotplug.watch(heard);
    }
    say({ watchedAgain: 1_000 });
  },
  reset: async () => {
    await host.usbControl.reset("1-2");
    say({ reset: "1-2" });
  },
};

// Listening has begun when the library is there.
await import("usb/dist/usb/index.js");
say(process.env.UMOCKDEV_DIR ?? "no umockdev");
createInterface({ input: process.stdin })
  .on("line", async (line) => commands[line]?.())
  .on("close", () => process.exit(0));
