import type { Place } from "../../core/delivery-ports.ts";
import type { IncomingMessage, MessageKind } from "../../core/model/message.ts";
import type { Envelope } from "../delivery/types.ts";

/** Stable names: receivers choose by them. */
const TYPE: Readonly<Record<MessageKind, string>> = {
  message: "modemkeeper.sms.received",
  "status-report": "modemkeeper.sms.report",
  "missed-call": "modemkeeper.call.missed",
};

/** A path that every program can be given. */
const PLAIN = /^[A-Za-z0-9._-]+$/;

/** What sinks get of a message. `hostname` names the machine; `place`: where the message lies. */
export function envelopeOf(message: IncomingMessage, hostname: string, { folder, name }: Place): Envelope {
  const source = ["modemkeeper", hostname, ...(message.modem === "" ? [] : [message.modem])];
  return {
    id: message.id,
    type: TYPE[message.kind],
    source: `/${source.map(encodeURIComponent).join("/")}`,
    time: message.receivedAt,
    data: message,
    ...(PLAIN.test(name) ? { file: `${folder}/${name}` } : {}),
  };
}

/**
 * Messages of one lane are delivered in their order: those of one kind from one sender, or where there is none from one
 * modem. A hash (FNV-1a, two halves): nothing of a number stays in memory, and a sender of a mebibyte is as short as any.
 */
export function laneOf({ kind, from, modem }: IncomingMessage): string {
  const whose = from === "" ? `modem ${modem}` : `from ${from}`;
  return `${kind} ${hash(whose, 0x811c9dc5)}${hash(whose, 0x01234567)}`;
}

function hash(text: string, seed: number): string {
  let value = seed;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return (value >>> 0).toString(36);
}
