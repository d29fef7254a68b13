import { expect, test } from "vitest";
import { closest } from "../../../provision/inventory/suggest.ts";

const KEYS = ["keep_open", "delaytime", "notifier", "modems", "models"];

test.each([
  ["keepopen", "keep_open"],
  ["keep-open", "keep_open"],
  ["KeepOpen", "keep_open"],
  ["keep_opne", "keep_open"],
  ["delay_time", "delaytime"],
  ["notifyer", "notifier"],
  ["modem", "modems"],
])("%s probably means %s", (written, meant) => {
  expect(closest(written, KEYS)).toBe(meant);
});

test.each(["zebra", "x", "", "keep", "timedelay"])("%s means none of them", (written) => {
  expect(closest(written, KEYS)).toBeUndefined();
});
