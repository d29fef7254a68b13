import type { HttpReply } from "../../core/http-ports.ts";
import { reply } from "./reply.ts";

/** Each kind of refusal: its status, and its title, which is the same each time. */
export const PROBLEMS = {
  "bad-target": [400, "The address cannot be read"],
  "bad-parameter": [400, "A parameter is wrong"],
  "bad-json": [400, "The body is no JSON"],
  "cut-off": [400, "The body did not arrive"],
  "token-needed": [401, "This needs a token"],
  "wrong-token": [401, "The token is wrong"],
  "no-token": [403, "No token permits this"],
  "cross-site": [403, "Other sites may not ask"],
  "command-not-allowed": [403, "The inventory does not permit this AT command"],
  "rung-not-allowed": [403, "The inventory does not permit this way of resetting"],
  "not-found": [404, "There is nothing here"],
  "no-such-modem": [404, "There is no such modem"],
  "no-such-job": [404, "There is no such job"],
  "no-such-message": [404, "There is no such dead letter"],
  "method-not-allowed": [405, "This is asked in another way"],
  "already-running": [409, "It is being done already"],
  "body-too-long": [413, "The body is too long"],
  "not-json": [415, "The body must be JSON"],
  "wrong-host": [421, "This is not the host that was asked for"],
  "bad-body": [422, "The body is JSON, but not what is asked for"],
  "too-many": [429, "Too many requests"],
  internal: [500, "Something went wrong here"],
  "not-yet": [503, "Not known yet"],
  "modem-unreachable": [503, "The modem cannot be asked now"],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Thrown by whoever cannot answer as asked. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;
  /** Further members of the problem. */
  readonly more: Readonly<Record<string, unknown>>;

  /** `detail`: what, why and what to do, in this case. */
  constructor(code: ProblemCode, detail: string, extra: Partial<Pick<Problem, "headers" | "more">> = {}) {
    super(detail);
    this.name = "Problem";
    this.code = code;
    this.headers = extra.headers ?? {};
    this.more = extra.more ?? {};
  }
}

/** `retry`: seconds until it makes sense to come again. */
export function tooMany(detail: string, retry: number): Problem {
  return new Problem("too-many", detail, { headers: { "retry-after": String(Math.max(1, Math.ceil(retry))) } });
}

/** As RFC 9457 says it. */
export function problemReply({ code, message, headers, more }: Problem): HttpReply {
  const [status, title] = PROBLEMS[code];
  const body = { type: `urn:modemkeeper:problem:${code}`, title, status, detail: message, code, ...more };
  return reply(status, "application/problem+json", `${JSON.stringify(body)}\n`, headers);
}
