import type { SecretRef } from "../../core/secret.ts";
import type { RawSecret } from "./raw.ts";

/** Where a secret's file lies if only its name is given. */
export const SECRETS_FOLDER = "/etc/modemkeeper/secrets";

/** The reference that the schema lets through: exactly one of three places. */
export function secretRef(raw: RawSecret): SecretRef {
  if (raw.env !== undefined) return { from: "env", name: raw.env };
  if (raw.credential !== undefined) return { from: "credential", name: raw.credential };
  const file = raw.file ?? "";
  return { from: "file", path: file.startsWith("/") ? file : `${SECRETS_FOLDER}/${file}` };
}
