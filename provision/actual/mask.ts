import { createHmac } from "node:crypto";
import type { Secret, SecretRef } from "../../core/secret.ts";

/**
 * What is shown in place of a secret. Keyed with the machine id (as machine-id(5) asks of its users):
 * the plain hash of a four-digit PIN would be guessed in a millisecond.
 * Equal values on one machine have equal masks, so that a diff shows whether a secret changed.
 */
export function maskSecret(machineId: string, value: string): string {
  if (machineId === "") return "(secret)";
  const digest = createHmac("sha256", machineId).update(`modemkeeper-secret:${value}`).digest("hex");
  return `(secret, sha256:${digest.slice(0, 8)})`;
}

/** `owner` names whose secret it is; it tells masks apart where there is no machine id yet (an image build). */
export function resolvedSecret(machineId: string, owner: string, ref: SecretRef, value: string): Secret {
  const mask = machineId === "" ? `(secret of ${owner})` : maskSecret(machineId, value);
  return { ref, value, mask };
}

/** Settings of foreign configuration files that hold secrets: smsd's `pin` (`pin = ignore` is none). */
const SECRET_LINE = /^([ \t]*pin[ \t]*=[ \t]*)(?!ignore\b)(\S.*?)([ \t]*\r?)$/gim;

/** A file's content as it may be shown: whoever wrote it, a PIN is masked. */
export function redact(machineId: string, content: string): string {
  return content.replace(
    SECRET_LINE,
    (_line, before: string, value: string, after: string) => `${before}${maskSecret(machineId, value)}${after}`,
  );
}
