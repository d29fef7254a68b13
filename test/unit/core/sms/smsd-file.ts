import { createHash } from "node:crypto";
import type { IncomingMessage } from "../../../../core/model/message.ts";
import { type MessageFile, type MessageFileContext, parseMessageFile } from "../../../../core/sms/message-file.ts";
import { encodeDeliver, type Incoming } from "../../../sim/pdu/messages.ts";
import { contentOf } from "../../../sim/pdu/user-data.ts";

export const RECEIVED_AT = Date.parse("2026-11-22T12:07:14Z");

export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

export function parse(content: Uint8Array | string, context: Partial<MessageFileContext> = {}): MessageFile {
  return parseMessageFile(typeof content === "string" ? Buffer.from(content, "latin1") : content, {
    fileName: "GSM1.aB3dE6",
    modems: ["GSM1", "GSM2"],
    modifiedAt: RECEIVED_AT,
    hash: sha256,
    ...context,
  });
}

/** The message in a file that must have one. */
export function messageIn(content: Uint8Array | string, context: Partial<MessageFileContext> = {}): IncomingMessage {
  const parsed = parse(content, context);
  if (parsed.kind !== "message") throw new Error(`${parsed.kind}: ${parsed.why}`);
  return parsed.message;
}

export interface FileSpec {
  /** As smsd writes it: of a name, one octet a septet. */
  readonly from: string;
  /** `91 international, ISDN/telephone` and so on; undefined leaves the line out. */
  readonly type?: string | undefined;
  readonly modem?: string;
  readonly more?: readonly string[];
  readonly alphabet?: string;
  readonly length?: number;
  readonly pdus?: readonly string[];
  readonly body?: Buffer | string;
}

/** A file as smsd 3.1.21 writes it, by the corpus. */
export function smsdFile(spec: FileSpec): Buffer {
  const body = Buffer.from(spec.body ?? "");
  const { type = "D0 alphanumeric, unknown", modem = "GSM1", alphabet = "UTF-8", more = [], pdus = [] } = spec;
  const lines = [
    `From: ${spec.from}`,
    ...("type" in spec && spec.type === undefined ? [] : [`From_TOA: ${type}`]),
    "From_SMSC: 491710760000",
    "Sent: 26-11-22 12:07:10",
    "Received: 26-11-22 12:07:14",
    `Subject: ${modem}`,
    `Modem: ${modem}`,
    "IMSI: 262011234567890",
    "IMEI: 867584030000001",
    "Report: no",
    ...more,
    `Alphabet: ${alphabet}`,
    `Length: ${spec.length ?? [...body.toString()].length}`,
    ...pdus.map((pdu) => `PDU: ${pdu}`),
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\n")}\n\n`, "latin1"), body]);
}

/** PDUs by the simulator's encoder, which knows nothing of core/sms. */
export function pdusOf(text: string, change: Partial<Incoming> = {}): string[] {
  return encodeDeliver({
    from: "+491710000001",
    content: contentOf(text),
    sentAt: new Date("2026-11-22T12:07:10Z"),
    serviceCentre: "+491710760000",
    reference: 7,
    ...change,
  });
}
