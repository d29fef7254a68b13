import { describe, expect, test } from "vitest";
import { authorise, bearer, isLocalHost, isLoopback } from "../../../../agent/http/authorise.ts";

describe("who may", () => {
  test.each([
    // may, door, presented, configured, verdict
    ["change", "socket", "none", false, "granted"],
    ["change", "socket", "wrong", true, "granted"],
    ["anyone", "network", "none", true, "granted"],
    ["anyone", "network", "none", false, "granted"],
    ["read", "loopback", "none", true, "granted"],
    ["read", "loopback", "none", false, "granted"],
    ["read", "loopback", "right", true, "granted"],
    ["read", "loopback", "wrong", true, "wrong-token"],
    ["read", "network", "none", true, "token-needed"],
    ["read", "network", "wrong", true, "wrong-token"],
    ["read", "network", "right", true, "granted"],
    ["read", "network", "none", false, "no-token"],
    ["change", "loopback", "none", true, "token-needed"],
    ["change", "loopback", "wrong", true, "wrong-token"],
    ["change", "loopback", "right", true, "granted"],
    ["change", "loopback", "none", false, "no-token"],
    // Nothing can be right or wrong where there is no token.
    ["change", "loopback", "right", false, "no-token"],
    ["change", "loopback", "wrong", false, "no-token"],
    ["change", "network", "right", true, "granted"],
    ["change", "network", "none", false, "no-token"],
  ] as const)(
    "%s through %s with a token that is %s, configured %s: %s",
    (may, door, presented, configured, verdict) => {
      expect(authorise({ may, door, presented, configured })).toBe(verdict);
    },
  );
});

test.each([
  [undefined, undefined],
  ["Bearer abc", "abc"],
  ["bearer   abc", "abc"],
  ["Basic abc", ""],
  ["Bearer", ""],
  ["Bearer a b", ""],
  // Two headers arrive as one.
  ["Bearer abc, Bearer abc", ""],
  ["Bearer \u00e9", ""],
])("the header %j holds the token %j", (header, token) => {
  expect(bearer(header)).toBe(token);
});

test.each([
  ["localhost", true],
  ["LOCALHOST:8070", true],
  ["127.0.0.1:8070", true],
  ["127.8.8.8", true],
  ["[::1]:9000", true],
  [undefined, true],
  ["", false],
  ["evil.example", false],
  ["localhost.evil.example", false],
  ["127.0.0.1.evil.example:80", false],
  ["evil.example:127.0.0.1", false],
  ["127.0.0.1, evil.example", false],
  ["0.0.0.0", false],
])("Host: %s is ours: %s", (header, ours) => {
  expect(isLocalHost(header)).toBe(ours);
});

test.each([
  ["127.0.0.1", true],
  ["localhost", true],
  ["::1", true],
  ["0.0.0.0", false],
  ["::", false],
  ["192.168.1.7", false],
  ["gateway.local", false],
])("%s is loopback: %s", (host, loopback) => {
  expect(isLoopback(host)).toBe(loopback);
});
