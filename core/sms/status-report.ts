import type { IncomingMessage, StatusReport } from "../model/message.ts";
import { plainSender } from "./file-fields.ts";
import type { StatusReportPdu } from "./pdu.ts";

type ReportMessage = Pick<
  IncomingMessage,
  "kind" | "basis" | "from" | "alphabet" | "sentAt" | "parts" | "flash" | "report"
>;

const WHOLE = { received: 1, total: 1 };

export function reportOf(pdu: StatusReportPdu): ReportMessage {
  return {
    kind: "status-report",
    basis: "pdu",
    from: plainSender(pdu.recipient),
    alphabet: "gsm7",
    ...(pdu.sentAt !== undefined && { sentAt: pdu.sentAt }),
    parts: WHOLE,
    flash: false,
    report: {
      messageId: pdu.reference,
      status: pdu.status,
      outcome: outcomeOf(pdu.status),
      ...(pdu.dischargedAt !== undefined && { dischargedAt: pdu.dischargedAt }),
    },
  };
}

const TITLE = "SMS STATUS REPORT\n";
const MESSAGE_ID = /^Message_id: (\d{1,3})$/m;
const STATUS = /^Status: (\d{1,3}),/m;

/** What smsd writes as the text of a status report (3.1.21); undefined if it is none. Its times have no zone. */
export function readReportBody(body: string): StatusReport | undefined {
  if (!body.startsWith(TITLE)) return undefined;
  const messageId = MESSAGE_ID.exec(body)?.[1];
  const status = STATUS.exec(body)?.[1];
  if (messageId === undefined || status === undefined) return undefined;
  return { messageId: Number(messageId), status: Number(status), outcome: outcomeOf(Number(status)) };
}

/** TP-Status (3GPP TS 23.040, 9.2.3.15): values that are reserved count as those of their range. */
function outcomeOf(status: number): StatusReport["outcome"] {
  if (status < 32) return "arrived";
  return status < 64 ? "trying" : "failed";
}
