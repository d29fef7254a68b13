const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a duration that has the schema's shape: `30`, `30s`, `10m`, `4h`, `2d`. NaN for anything else. */
export function parseDuration(value: string | number): number {
  if (typeof value === "number") return value;
  const [, digits, unit = "s"] = /^(\d+)([smhd])?$/.exec(value) ?? [];
  return Number(digits) * (UNIT_SECONDS[unit] ?? Number.NaN);
}
