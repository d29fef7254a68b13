import type { Envelope } from "../delivery/types.ts";
import type { SignOfLife } from "./client.ts";
import type { Notice } from "./notice.ts";
import { heartbeatId } from "./wording.ts";

/** A notice as the event of a CloudEvent. */
export function noticeEnvelope(notice: Notice): Envelope {
  return {
    id: notice.id,
    type: "modemkeeper.notice",
    source: sourceOf(notice.host, notice.modem),
    time: notice.at,
    subject: notice.code,
    data: notice,
  };
}

export function heartbeatEnvelope(sign: SignOfLife): Envelope {
  return {
    id: heartbeatId(sign),
    type: "modemkeeper.heartbeat",
    source: sourceOf(sign.host),
    time: sign.at,
    data: sign,
  };
}

function sourceOf(host: string, modem?: string): string {
  const parts = ["modemkeeper", host, ...(modem === undefined ? [] : [modem])];
  return `/${parts.map(encodeURIComponent).join("/")}`;
}
