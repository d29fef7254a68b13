/**
 * Why something could not be seen: we are not root; what it would be read from is not on this machine; reading it failed
 * or took too long.
 */
export interface Unseen {
  readonly cause: "not-root" | "absent" | "failed";
  /** Half a sentence: `the kernel's messages may not be read`. */
  readonly why: string;
  /** What was said where reading failed, without what was read. */
  readonly detail?: string;
}

/** What was read, or why it was not. */
export type Known<T> = { readonly value: T } | { readonly unseen: Unseen };

export function known<T>(value: T): Known<T> {
  return { value };
}

export function absent(why: string): { readonly unseen: Unseen } {
  return { unseen: { cause: "absent", why } };
}

/** What is known, or `otherwise`. */
export function valueOr<T>(one: Known<T>, otherwise: T): T {
  return "value" in one ? one.value : otherwise;
}
