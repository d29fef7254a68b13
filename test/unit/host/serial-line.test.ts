import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { RealSerialLine } from "../../../host/serial-line.ts";
import { scratchFolder } from "./scratch.ts";

test("a terminal whose device has gone reads nothing for ever: that is its end, not a reason to ask again", async () => {
  const path = join(await scratchFolder(), "tty");
  writeFileSync(path, "last words");
  const fd = openSync(path, "r+");
  onTestFinished(() => closeSync(fd));
  const terminal = { fd, poller: { once: vi.fn(), stop: vi.fn() }, close: vi.fn(async () => {}) };
  const line = new RealSerialLine(path, terminal);
  const heard: string[] = [];
  line.onData((data) => heard.push(data.toString()));
  expect(await new Promise((tell) => line.onClose(tell))).toBe("the device is gone");
  expect(heard).toEqual(["last words"]);
  await line.close();
  expect(terminal.close).toHaveBeenCalledOnce();
});
