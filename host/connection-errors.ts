import { hasErrno, ModemkeeperError, messageOf } from "../core/errors.ts";

/** What the errors of sockets, names and TLS mean, as the end of a sentence; `to` is host and port. */
const MEANING: Readonly<Record<string, (to: string) => string>> = {
  ECONNREFUSED: (to) => `connection refused by ${to}`,
  ECONNRESET: (to) => `the connection was cut off by ${to}`,
  ECONNABORTED: (to) => `the connection to ${to} was cut off`,
  EPIPE: (to) => `the connection was cut off by ${to}`,
  ENOTFOUND: (to) => `there is no host of that name: ${to}`,
  EAI_AGAIN: (to) => `the name of ${to} cannot be looked up now`,
  ETIMEDOUT: (to) => `${to} cannot be reached: nothing answers`,
  EHOSTUNREACH: (to) => `${to} cannot be reached: no route to it`,
  ENETUNREACH: (to) => `${to} cannot be reached: no network`,
  EADDRNOTAVAIL: (to) => `${to} cannot be reached: no address of ours fits`,
  EPROTO: (to) => `${to} does not speak TLS as we do`,
  ERR_TLS_CERT_ALTNAME_INVALID: (to) => `certificate not trusted: that of ${to} is for another name`,
  CERT_HAS_EXPIRED: (to) => `certificate not trusted: that of ${to} has expired`,
  CERT_NOT_YET_VALID: (to) => `certificate not trusted: that of ${to} is not valid yet; is our clock right?`,
  DEPTH_ZERO_SELF_SIGNED_CERT: (to) => `certificate not trusted: that of ${to} is signed by itself`,
  SELF_SIGNED_CERT_IN_CHAIN: (to) => `certificate not trusted: ${to} has one of an authority that we do not know`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: (to) => `certificate not trusted: ${to} has one of an authority that we do not know`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: (to) =>
    `certificate not trusted: ${to} has one of an authority that we do not know`,
};

/** A failed connection as one sentence for people. What the other side said is not quoted. */
export function connectionError(cause: unknown, to: string): ModemkeeperError {
  if (cause instanceof ModemkeeperError) return cause;
  const code = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? "") : "";
  return new ModemkeeperError("io", meaningOf(code, to, cause), { cause });
}

/** The other side was gone before we said anything. */
export function isCutOff(error: unknown): boolean {
  return hasErrno(error, "ECONNRESET") || hasErrno(error, "EPIPE");
}

export function tooLate(to: string, milliseconds: number): ModemkeeperError {
  return new ModemkeeperError("io", `no whole answer from ${to} within ${milliseconds / 1_000} s`);
}

export function interrupted(to: string): ModemkeeperError {
  return new ModemkeeperError("interrupted", `interrupted while talking to ${to}`);
}

function meaningOf(code: string, to: string, cause: unknown): string {
  const known = MEANING[code];
  if (known !== undefined) return known(to);
  if (code.startsWith("HPE_")) return `${to} answers with something that is not HTTP`;
  if (code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_")) return `no TLS with ${to}: ${code}`;
  return code === "" ? `cannot talk to ${to}: ${messageOf(cause)}` : `cannot talk to ${to}: ${code}`;
}
