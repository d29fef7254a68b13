import type { Alphabet } from "../model/message.ts";
import { readDataCoding } from "./data-coding.ts";
import { readAddress, readTimestamp, skipServiceCentre } from "./pdu-fields.ts";
import { PduFault, PduOctets } from "./pdu-octets.ts";
import { readUserData, type UserDataHeader } from "./user-data.ts";

/** SMS-DELIVER: a message, or one part of a long one. */
export interface Deliver {
  readonly kind: "deliver";
  readonly from: string;
  readonly alphabet: Alphabet;
  readonly flash: boolean;
  /** ISO 8601 with its zone. */
  readonly sentAt?: string;
  readonly header?: UserDataHeader;
  /** Behind the header: septets of GSM-7, octets of the others. */
  readonly content: Uint8Array | readonly number[];
}

/** SMS-STATUS-REPORT. */
export interface StatusReportPdu {
  readonly kind: "status-report";
  /** TP-MR: what the modem called the message when it was sent. */
  readonly reference: number;
  readonly recipient: string;
  /** ISO 8601 with its zone. */
  readonly sentAt?: string;
  readonly dischargedAt?: string;
  readonly status: number;
}

export interface MalformedPdu {
  readonly kind: "malformed";
  /** One sentence, without anything that stands in the PDU. */
  readonly why: string;
}

export type Pdu = Deliver | StatusReportPdu | MalformedPdu;

/** First octet (3GPP TS 23.040, 9.2.3.1 and 9.2.3.23). */
const MESSAGE_TYPE = 0x03;
const DELIVER = 0x00;
const STATUS_REPORT = 0x02;
const HAS_HEADER = 0x40;

/** Reads a PDU as it comes from a modem, service centre first. Octets behind its end are ignored, as modems add some. */
export function decodePdu(hex: string): Pdu {
  if (!/^(?:[0-9A-Fa-f]{2})+$/.test(hex))
    return { kind: "malformed", why: "the PDU is not made of hexadecimal octets" };
  const pdu = new PduOctets(Buffer.from(hex, "hex"));
  try {
    skipServiceCentre(pdu);
    const first = pdu.octet("first octet");
    switch (first & MESSAGE_TYPE) {
      case DELIVER:
        return readDeliver(pdu, (first & HAS_HEADER) !== 0);
      case STATUS_REPORT:
        return readStatusReport(pdu);
      default:
        return { kind: "malformed", why: "the PDU is neither a message nor a status report" };
    }
  } catch (error) {
    if (error instanceof PduFault) return { kind: "malformed", why: error.message };
    throw error;
  }
}

function readDeliver(pdu: PduOctets, hasHeader: boolean): Deliver {
  const from = readAddress(pdu);
  pdu.octet("protocol");
  const coding = readDataCoding(pdu.octet("data coding"));
  const sentAt = readTimestamp(pdu, "time");
  const userData = readUserData(pdu, coding.alphabet, hasHeader);
  return { kind: "deliver", from, ...coding, ...(sentAt !== undefined && { sentAt }), ...userData };
}

function readStatusReport(pdu: PduOctets): StatusReportPdu {
  const reference = pdu.octet("reference");
  const recipient = readAddress(pdu);
  const sentAt = readTimestamp(pdu, "time");
  const dischargedAt = readTimestamp(pdu, "discharge time");
  const status = pdu.octet("status");
  return {
    kind: "status-report",
    reference,
    recipient,
    ...(sentAt !== undefined && { sentAt }),
    ...(dischargedAt !== undefined && { dischargedAt }),
    status,
  };
}
