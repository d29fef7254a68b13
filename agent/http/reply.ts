import type { HttpReply } from "../../core/http-ports.ts";

/**
 * On every answer. Nothing here is for another origin, to be kept, or to be taken for something else than it says; the page
 * has a policy of its own.
 */
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
} as const;

type Headers = Readonly<Record<string, string>>;

export function reply(status: number, type: string, body: HttpReply["body"], headers: Headers = {}): HttpReply {
  return { status, headers: { ...HEADERS, "content-type": type, ...headers }, body };
}

export function json(status: number, value: unknown, headers: Headers = {}): HttpReply {
  return reply(status, "application/json", `${JSON.stringify(value)}\n`, headers);
}
