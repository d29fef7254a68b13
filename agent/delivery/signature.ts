import { createHmac } from "node:crypto";
import { ModemkeeperError } from "../../core/errors.ts";

/** Standard Webhooks, "Signature scheme": keys of 24 to 64 octets. */
const SHORTEST_KEY = 24;
const PREFIX = "whsec_";
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** Each costs a signature in a header. */
const MOST_KEYS = 5;

/**
 * The keys in a secret: one a line, each `whsec_` and base64, or base64 alone. While a key is replaced by another both
 * stand there; a receiver that knows either accepts.
 * @throws ModemkeeperError precondition-missing if it is no such key; the secret itself is never quoted
 */
export function signingKeys(secret: string): readonly Buffer[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  const keys = lines.filter((line) => line !== "").map((line, index) => signingKey(line, index + 1));
  if (keys.length === 0) throw unusable("it is empty");
  if (keys.length > MOST_KEYS) throw unusable(`it has more than ${MOST_KEYS} lines`);
  return keys;
}

/** The header `webhook-signature`: of each key one signature, separated by blanks. */
export function signature(keys: readonly Buffer[], id: string, timestamp: number, body: string): string {
  const signed = `${id}.${timestamp}.${body}`;
  return keys.map((key) => `v1,${createHmac("sha256", key).update(signed).digest("base64")}`).join(" ");
}

function signingKey(line: string, number: number): Buffer {
  const text = line.startsWith(PREFIX) ? line.slice(PREFIX.length) : line;
  if (!BASE64.test(text)) throw unusable(`line ${number} is not base64`);
  const key = Buffer.from(text, "base64");
  if (key.length < SHORTEST_KEY) throw unusable(`line ${number} has ${key.length} octets, fewer than ${SHORTEST_KEY}`);
  return key;
}

function unusable(what: string): ModemkeeperError {
  return new ModemkeeperError("precondition-missing", `the key of the webhook's signature cannot be used: ${what}`, {
    why: "Nothing is sent without a signature that the receiver expects.",
    fix: "Make one with `echo whsec_$(openssl rand -base64 32)` and give it to the receiver, too.",
  });
}
