import type { Access } from "./route.ts";

/** Where a request came in: our socket, which only root may open; an address of this machine alone; another one. */
export type Door = "socket" | "loopback" | "network";

export interface Asking {
  readonly may: Access;
  readonly door: Door;
  readonly presented: "none" | "right" | "wrong";
  /** Whether there is a token at all. */
  readonly configured: boolean;
}

/** `token-needed`: who comes with the token may. `no-token`: nobody may, for there is none. */
export type Verdict = "granted" | "token-needed" | "wrong-token" | "no-token";

/** Whether a request may be answered. */
export function authorise({ may, door, presented, configured }: Asking): Verdict {
  if (door === "socket") return "granted";
  // Nothing is right where there is no token.
  if (!configured) return isOpen(may, door) ? "granted" : "no-token";
  // Also where none is needed: who shows one wants to know that it is wrong.
  if (presented === "wrong") return "wrong-token";
  return presented === "right" || isOpen(may, door) ? "granted" : "token-needed";
}

/** Whether nobody needs a token for it. */
export function isOpen(may: Access, door: Door): boolean {
  return door === "socket" || may === "anyone" || (may === "read" && door === "loopback");
}

/** Names by which this machine, and nobody else, is reached over loopback. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|\[0:0:0:0:0:0:0:1\])$/i;

/** Whether the host of an address that is listened on is this machine's own; `host` without brackets or port. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host.includes(":") ? `[${host}]` : host);
}

/**
 * Whether a `Host` header is one by which a listener on loopback is asked. A page of another site can let its own name point
 * at 127.0.0.1 (DNS rebinding), but its browser still says that name here. Without the header it was no browser.
 */
export function isLocalHost(header: string | undefined): boolean {
  if (header === undefined) return true;
  return LOOPBACK.test(header.replace(/:\d{1,5}$/, ""));
}

/** The token of an `Authorization` header; undefined without one, empty for what is no bearer token. */
export function bearer(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  return /^bearer +([\x21-\x7e]{1,4096})$/i.exec(header)?.[1] ?? "";
}
