export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A duration in milliseconds as people say it, in the largest unit that leaves a number above one: `90 s`, `12 min`, `3 h`. */
export function spokenDuration(milliseconds: number): string {
  const rounded = Math.max(0, milliseconds);
  if (rounded < 2 * MINUTE) return `${Math.round(rounded / SECOND)} s`;
  if (rounded < 2 * HOUR) return `${Math.round(rounded / MINUTE)} min`;
  if (rounded < 2 * DAY) return `${Math.round(rounded / HOUR)} h`;
  return `${Math.round(rounded / DAY)} days`;
}
