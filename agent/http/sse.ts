/*
 * The text of Server-Sent Events (HTML standard, 9.2): fields a line each, an empty line ends the event.
 */

/** One event. JSON holds no line break, so its data are one line. */
export function sseEvent(event: string, data: unknown, id?: string): string {
  return `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** What clients do not see: shows that both ends still live. */
export const SSE_PING = ":\n\n";

/** Milliseconds after which a client that was cut off comes back. */
export function sseRetry(milliseconds: number): string {
  return `retry: ${milliseconds}\n\n`;
}

/**
 * How far a client has got that comes back: `Last-Event-ID` as we gave it. Undefined for one that comes for the first time.
 * One that knows another run of the agent knows nothing of this one.
 */
export function lastNumber(header: string | undefined, run: string): number | undefined {
  if (header === undefined || header === "") return undefined;
  const [, name, number] = /^([0-9a-f]{1,16})-(\d{1,15})$/.exec(header) ?? [];
  return name === run ? Number(number) : 0;
}
