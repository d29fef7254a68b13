import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ntfyMessage, serverAndTopic } from "../../../../../agent/notify/sinks/ntfy.ts";
import { NOW, sampleNotice } from "./sample-notice.ts";

describe("server and topic", () => {
  test.each([
    ["https://ntfy.sh/my-topic", "https://ntfy.sh/", "my-topic"],
    ["https://ntfy.sh/my_Topic/", "https://ntfy.sh/", "my_Topic"],
    ["http://10.0.0.2:8080/ntfy/alerts", "http://10.0.0.2:8080/ntfy/", "alerts"],
    ["https://ntfy.sh/t?firebase=no", "https://ntfy.sh/?firebase=no", "t"],
  ])("%s", (url, server, topic) => {
    expect(serverAndTopic(url, "phone")).toEqual({ server, topic });
  });

  test.each([
    "https://ntfy.sh",
    "https://ntfy.sh/",
    "https://ntfy.sh/a%20b",
    `https://ntfy.sh/${"x".repeat(65)}`,
    "no url",
  ])("%s names none", (url) => {
    expect(() => serverAndTopic(url, "phone")).toThrow(/the URL of phone names no ntfy topic/);
  });
});

describe("a message", () => {
  test("has all that a telephone shows", () => {
    expect(ntfyMessage(sampleNotice(), "alerts", NOW)).toEqual({
      topic: "alerts",
      title: "[gw1] CRITICAL SIM7600",
      message: "SIM7600 has not been in a network for more than five minutes.\nLook at its antenna.",
      priority: 5,
      tags: ["rotating_light", "not-registered"],
    });
  });

  test.each([
    [{ level: "warning" }, 4, "warning"],
    [{ level: "info" }, 3, "information_source"],
    [{ phase: "over" }, 3, "white_check_mark"],
  ] as const)("%j", (change, priority, tag) => {
    const message = ntfyMessage(sampleNotice(change), "alerts", NOW);
    expect([message.priority, message.tags[0]]).toEqual([priority, tag]);
  });

  test("one that comes late says of when it is", () => {
    const { message } = ntfyMessage(sampleNotice(), "alerts", NOW + 2 * 3_600_000);
    expect(message).toContain("five minutes. (at 2030-01-17 19:44 UTC)");
  });

  test("is never so long that it becomes an attachment, and no character is cut in two", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 3000 }), (sentence) => {
        const { message } = ntfyMessage(sampleNotice({ sentence }), "alerts", NOW);
        expect(Buffer.byteLength(message)).toBeLessThan(4096);
        if (!sentence.includes("\uFFFD")) expect(message).not.toContain("\uFFFD");
      }),
    );
  });
});
