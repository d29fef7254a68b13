/** What smsd has put down: a message, a status report of one that was sent, or a call that nobody took. */
export type MessageKind = "message" | "status-report" | "missed-call";

/** How the text was sent: GSM 7-bit, UCS-2, or not text at all. */
export type Alphabet = "gsm7" | "ucs2" | "binary";

/**
 * One received message. Where its PDU is known, sender, time, text and parts come from it; what smsd wrote in the file's
 * headers is a hint only: an alphanumeric sender can forge header lines.
 */
export interface IncomingMessage {
  /** 32 lower-case hex digits; the same SMS has the same id however often smsd writes it. */
  readonly id: string;
  readonly kind: MessageKind;
  /** What the rest was read from. */
  readonly basis: "pdu" | "headers";
  /** Name of the modem in smsd. */
  readonly modem: string;
  /** `+491701234567`, a short code, or a name; empty if the message has none. Any Unicode but control characters. */
  readonly from: string;
  /** Absent where the content is not text. */
  readonly text?: string;
  /** Content that is not text, base64. */
  readonly data?: string;
  readonly alphabet: Alphabet;
  /** When the service centre took it, ISO 8601 with its zone; absent where it is not known. */
  readonly sentAt?: string;
  /** When smsd wrote it, ISO 8601, UTC. */
  readonly receivedAt: string;
  /**
   * Of a long message. `numbers`: which ones (from 1), where some are missing: smsd gives up on each part by itself, in a file of
   * its own.
   */
  readonly parts: { readonly received: number; readonly total: number; readonly numbers?: readonly number[] };
  /** smsd gave up waiting for the missing parts. */
  readonly incomplete: boolean;
  /** To be shown at once and not kept. */
  readonly flash: boolean;
  /** User data headers of the first part, hex; absent where there are none. */
  readonly udh?: string;
  /** The SIM that got it. */
  readonly imsi?: string;
  /** What became of a message that was sent. */
  readonly report?: StatusReport;
}

export interface StatusReport {
  /** smsd's number of the message that was sent. */
  readonly messageId: number;
  /** TP-Status (3GPP TS 23.040, 9.2.3.15): 0 to 31 arrived, 32 to 63 still trying, from 64 failed. */
  readonly status: number;
  readonly outcome: "arrived" | "trying" | "failed";
  /** ISO 8601 with its zone. */
  readonly dischargedAt?: string;
}
