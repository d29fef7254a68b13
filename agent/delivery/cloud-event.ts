import type { Envelope } from "./types.ts";

/** CloudEvents 1.0.2, JSON format, structured mode. */
export const CLOUD_EVENT_TYPE = "application/cloudevents+json; charset=utf-8";

/** The event as JSON on one line; the same octets for every attempt at it. */
export function cloudEvent(envelope: Envelope): string {
  const { id, source, type, time, subject, data } = envelope;
  return JSON.stringify({
    ...{ specversion: "1.0", id, source, type, time },
    ...(subject === undefined ? {} : { subject }),
    datacontenttype: "application/json",
    data,
  });
}
