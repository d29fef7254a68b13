import { encodeDeliver } from "../../sim/pdu/messages.ts";
import { type Content, contentOf } from "../../sim/pdu/user-data.ts";

const SERVICE_CENTRE = "+491710760000";

export interface SmsdFileOptions {
  readonly from: string;
  readonly text: string;
  readonly modem?: string;
  /** Joins the parts of a long text, 0–255. */
  readonly reference?: number;
  /** Header lines in place of the ones smsd would write for sender and time. */
  readonly headers?: readonly string[];
}

/** A message as smsd writes it (`incoming_utf8 = yes`, `store_received_pdu = 3`): headers, blank line, body. */
export function smsdFile(options: SmsdFileOptions): Buffer {
  const { from, text, modem = "GSM1", reference = 1 } = options;
  const content = contentOf(text);
  const pdus = encodeDeliver({ from, content, sentAt: SENT_AT, serviceCentre: SERVICE_CENTRE, reference });
  const lines = [
    ...(options.headers ?? [`From: ${from.replace("+", "")}`]),
    "From_TOA: 91 international, ISDN/telephone",
    `From_SMSC: ${SERVICE_CENTRE.slice(1)}`,
    "Sent: 24-05-17 10:00:00",
    "Received: 24-05-17 10:00:02",
    `Subject: ${modem}`,
    `Modem: ${modem}`,
    "IMSI: 262011234567890",
    "IMEI: 867584030000001",
    "Report: no",
    `Alphabet: ${content.encoding === "ucs2" ? "UCS2" : "UTF-8"}`,
    `Length: ${text.length}`,
    ...pdus.map((pdu) => `PDU: ${pdu}`),
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\n")}\n\n`), bodyOf(content)]);
}

const SENT_AT = new Date("2024-05-17T10:00:00Z");

/** UCS-2 stays as it came from the network: big-endian. */
function bodyOf(content: Content): Buffer {
  if (content.encoding === "8bit") return content.data;
  if (content.encoding === "gsm7") return Buffer.from(content.text);
  return Buffer.from(content.text, "utf16le").swap16();
}
