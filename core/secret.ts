/** Where a secret's value is kept; the value itself never stands in the inventory. */
export type SecretRef =
  | { readonly from: "file"; readonly path: string }
  | { readonly from: "env"; readonly name: string }
  | { readonly from: "credential"; readonly name: string };

/** A resolved secret: `value` may be written into a root-only file; only `mask` may be shown, logged or recorded. */
export interface Secret {
  readonly ref: SecretRef;
  readonly value: string;
  /** `(secret, sha256:1a2b3c4d)`: keyed with the machine id, so a four-digit PIN cannot be guessed from it. */
  readonly mask: string;
}

/** A text in which each secret stands as its mask, beside the secrets needed to make it real. */
export interface SecretText {
  readonly masked: string;
  readonly secrets: readonly Secret[];
}

export function plainText(text: string): SecretText {
  return { masked: text, secrets: [] };
}

/** The real content: the only place where masks become values. */
export function reveal(text: SecretText): string {
  return text.secrets.reduce((content, secret) => content.replaceAll(secret.mask, () => secret.value), text.masked);
}

export function describeSecretRef(ref: SecretRef): string {
  return ref.from === "file" ? `file ${ref.path}` : `${ref.from} ${ref.name}`;
}
