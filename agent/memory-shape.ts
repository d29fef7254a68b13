/*
 * Small guards for what was written by an earlier agent, maybe of another version, maybe on a dying disk. A schema library
 * would cost more memory than all of the agent's own state.
 */

export type Guard = (value: unknown) => boolean;

type Plain = Readonly<Record<string, unknown>>;

export function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const text: Guard = (value) => typeof value === "string";
export const yesNo: Guard = (value) => typeof value === "boolean";
export const number: Guard = (value) => typeof value === "number" && Number.isFinite(value);

export function oneOf(...values: readonly string[]): Guard {
  return (value) => typeof value === "string" && values.includes(value);
}

export function listOf(guard: Guard): Guard {
  return (value) => Array.isArray(value) && value.every(guard);
}

export function recordOf(guard: Guard): Guard {
  return (value) => isPlain(value) && Object.values(value).every(guard);
}

type Optional<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

/** A guard for each field that `T` has: one that is added to the type is missed by the compiler. */
type Guards<T> = {
  readonly must: { readonly [K in Exclude<keyof T, Optional<T>>]: Guard };
  readonly may: { readonly [K in Optional<T>]: Guard };
};

/** An object with these fields, and where it has the optional ones, with those so; further fields may be there. */
export function shape<T>({ must, may }: Guards<T>): Guard {
  const needed = Object.entries<Guard>(must);
  const allowed = Object.entries<Guard>(may);
  return (value) =>
    isPlain(value) &&
    needed.every(([name, guard]) => guard(value[name])) &&
    allowed.every(([name, guard]) => value[name] === undefined || guard(value[name]));
}
