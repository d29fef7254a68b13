import fc from "fast-check";
import { expect, test } from "vitest";
import { Problem } from "../../../../agent/http/problem.ts";
import { route } from "../../../../agent/http/router.ts";

function refused(method: string, target: string): Problem {
  try {
    route(method, target);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error(`${method} ${target} was not refused`);
}

test.each([
  ["GET", "/", "page", {}],
  ["GET", "/healthz", "health", {}],
  ["HEAD", "/monitor/status", "status", {}],
  ["GET", "/monitor/timeline", "timeline", { limit: 200 }],
  ["GET", "/monitor/timeline?since=1h&limit=7", "timeline", { since: "1h", limit: 7 }],
  ["GET", "/monitor/messages?state=dead", "messages", { state: "dead", limit: 50 }],
  ["GET", "/monitor/jobs/0a-1", "job", { id: "0a-1" }],
  ["POST", "/monitor/modem/SIM7600-2/at", "at", { name: "SIM7600-2" }],
  ["POST", "/monitor/modem/%53IM7600/at", "at", { name: "SIM7600" }],
  ["POST", `/monitor/messages/${"0".repeat(32)}/retry`, "retry", { id: "0".repeat(32) }],
])("%s %s is the operation %s", (method, target, id, values) => {
  expect(route(method, target)).toMatchObject({ id, values });
});

test.each([
  ["/nothing", "not-found"],
  ["//monitor/status", "not-found"],
  ["/monitor//status", "not-found"],
  ["/monitor/status/", "not-found"],
  ["/monitor/jobs/NoHex", "not-found"],
  ["/monitor/../monitor/status", "bad-target"],
  ["/monitor/%2e%2e/status", "bad-target"],
  ["/monitor/jobs/%2fetc%2fpasswd", "bad-target"],
  ["/monitor/jobs/a%00", "bad-target"],
  ["/monitor/jobs/%5c", "bad-target"],
  ["/monitor/jobs/%ff", "bad-target"],
  ["/monitor/jobs/%", "bad-target"],
  ["http://127.0.0.1/monitor/status", "bad-target"],
  ["*", "bad-target"],
  ["", "bad-target"],
  [`/${"a".repeat(3000)}`, "bad-target"],
  ["/monitor/status?x=1", "bad-parameter"],
  ["/monitor/timeline?__proto__=1", "bad-parameter"],
  ["/monitor/timeline?limit=0", "bad-parameter"],
  ["/monitor/timeline?limit=1e2", "bad-parameter"],
  ["/monitor/timeline?limit=99999", "bad-parameter"],
  ["/monitor/timeline?limit=1&limit=2", "bad-parameter"],
  ["/monitor/timeline?since=yesterday", "bad-parameter"],
  ["/monitor/messages?state=all", "bad-parameter"],
])("GET %s is refused: %s", (target, code) => {
  expect(refused("GET", target).code).toBe(code);
});

test("a wrong method is told the right ones", () => {
  expect(refused("GET", "/monitor/modem_reset")).toMatchObject({
    code: "method-not-allowed",
    headers: { allow: "POST" },
  });
  expect(refused("POST", "/monitor/status").headers).toEqual({ allow: "GET, HEAD" });
  for (const method of ["OPTIONS", "TRACE", "PUT", "DELETE", "get", ""]) {
    expect(refused(method, "/healthz").code).toBe("method-not-allowed");
  }
});

test("whatever is asked for, the answer is a route or a problem", () => {
  const piece = fc.oneof(
    fc.constantFrom("monitor", "modem", "jobs", "at", "..", "%2e", "%2f", "?", "&", "=", "limit", "since", "", "%"),
    fc.string({ maxLength: 8 }),
  );
  const target = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join("/")}`);
  fc.assert(
    fc.property(fc.constantFrom("GET", "HEAD", "POST", "PUT"), target, (method, asked) => {
      try {
        const { values } = route(method, asked);
        for (const value of Object.values(values)) expect(String(value)).not.toMatch(/[/\\\p{Cc}]/u);
      } catch (error) {
        expect(error).toBeInstanceOf(Problem);
      }
    }),
    { numRuns: 2000 },
  );
});
