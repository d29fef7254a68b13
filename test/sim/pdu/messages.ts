import {
  type Encoding,
  encodeAddress,
  encodeServiceCentre,
  encodeTimestamp,
  encodingOf,
  PduError,
  PduReader,
  readAddress,
  readServiceCentre,
} from "./fields.ts";
import { type Content, type EncodedPart, encodeParts, readUserData, type UserData } from "./user-data.ts";

const DATA_CODING = { gsm7: 0x00, "8bit": 0x04, ucs2: 0x08 } as const;

/** First octet of a PDU from the network (23.040, 9.2.2): message type, "no more messages", header present. */
const DELIVER = 0x00;
const SUBMIT = 0x01;
const STATUS_REPORT = 0x02;
const NO_MORE_MESSAGES = 0x04;
const HEADER_PRESENT = 0x40;

export interface Incoming {
  /** A number (`+4917…`) or an alphanumeric sender of at most 11 characters. */
  readonly from: string;
  readonly content: Content;
  readonly sentAt: Date;
  readonly serviceCentre: string;
  /** Joins the parts of a long message, 0–255. */
  readonly reference: number;
}

/** A PDU as it stands in a modem's memory: upper-case hex, with the service centre. */
export type Pdu = string;

/** SMS-DELIVER PDUs of one incoming message, in order. */
export function encodeDeliver(message: Incoming): Pdu[] {
  return encodeParts(message.content, message.reference).map((part) => deliverPart(message, part));
}

function deliverPart(message: Incoming, part: EncodedPart): Pdu {
  const first = DELIVER | NO_MORE_MESSAGES | (part.hasHeader ? HEADER_PRESENT : 0);
  return toHex([
    encodeServiceCentre(message.serviceCentre),
    Buffer.from([first]),
    encodeAddress(message.from),
    Buffer.from([0, DATA_CODING[message.content.encoding]]),
    encodeTimestamp(message.sentAt),
    Buffer.from([part.length]),
    part.octets,
  ]);
}

export interface StatusReport {
  readonly to: string;
  /** TP-MR of the message it speaks of. */
  readonly reference: number;
  /** TP-ST: 0 delivered, 0x20–0x3f still trying, 0x40 and up failed. */
  readonly status: number;
  readonly submittedAt: Date;
  readonly doneAt: Date;
  readonly serviceCentre: string;
}

export function encodeStatusReport(report: StatusReport): Pdu {
  return toHex([
    encodeServiceCentre(report.serviceCentre),
    Buffer.from([STATUS_REPORT | NO_MORE_MESSAGES, report.reference]),
    encodeAddress(report.to),
    encodeTimestamp(report.submittedAt),
    encodeTimestamp(report.doneAt),
    Buffer.from([report.status]),
  ]);
}

export interface Submit extends UserData {
  readonly to: string;
  /** Empty when the modem's own setting is to be used. */
  readonly serviceCentre: string;
  readonly dataCoding: number;
  readonly encoding: Encoding;
  readonly wantsReport: boolean;
  /** Class 0, shown and not stored. */
  readonly flash: boolean;
  /** Octets of the PDU without the service centre: what AT+CMGS announces. */
  readonly tpduLength: number;
}

/**
 * Reads an SMS-SUBMIT as it comes after AT+CMGS.
 * @throws PduError if it is not one
 */
export function decodeSubmit(hex: string): Submit {
  const reader = new PduReader(hex);
  const serviceCentre = readServiceCentre(reader);
  const tpduLength = reader.left;
  const first = reader.octet();
  if ((first & 3) !== SUBMIT) throw new PduError("not an SMS-SUBMIT");
  reader.octet();
  const to = readAddress(reader);
  reader.octet();
  const dataCoding = reader.octet();
  const validity = (first >> 3) & 3;
  reader.take(validity === 0 ? 0 : validity === 2 ? 1 : 7);
  const encoding = encodingOf(dataCoding);
  const userData = readUserData(reader, encoding, (first & HEADER_PRESENT) !== 0);
  const flash = (dataCoding & 0xd0) === 0x10 || (dataCoding & 0xf3) === 0xf0;
  return { to, serviceCentre, dataCoding, encoding, wantsReport: (first & 0x20) !== 0, flash, tpduLength, ...userData };
}

/** Octets of a stored PDU without its service centre: the length that +CMGR and +CMGL print. */
export function tpduLength(pdu: Pdu): number {
  return pdu.length / 2 - 1 - Number.parseInt(pdu.slice(0, 2), 16);
}

function toHex(parts: readonly Buffer[]): Pdu {
  return Buffer.concat(parts).toString("hex").toUpperCase();
}
