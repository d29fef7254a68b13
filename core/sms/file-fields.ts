import type { IncomingMessage } from "../model/message.ts";
import type { FileHeaders } from "./file-headers.ts";
import { modemOfName } from "./message-name.ts";

/** What is read from smsd's headers whether or not there is a PDU. */
export type CommonFields = Pick<IncomingMessage, "modem" | "receivedAt" | "incomplete" | "imsi">;

export interface FileOrigin {
  /** Without its folder. */
  readonly fileName: string;
  /** Names of the modems in smsd. */
  readonly modems: readonly string[];
  /** When the file was last written, milliseconds since 1970. */
  readonly modifiedAt: number;
}

const MODEM_NAME = /^[A-Za-z0-9._-]{1,31}$/;
const IMSI = /^\d{5,16}$/;

/** smsd's own time of receipt has no zone and a format that is a setting; it writes the file in the same second. */
export function commonFields(headers: FileHeaders, origin: FileOrigin): CommonFields {
  const imsi = headers.fields.get("IMSI") ?? "";
  return {
    modem: modemOf(headers, origin),
    receivedAt: new Date(origin.modifiedAt).toISOString(),
    incomplete: headers.fields.get("Incomplete") === "yes",
    ...(IMSI.test(imsi) && { imsi }),
  };
}

/** The file's name is smsd's alone; the header speaks where it names no modem that we know. */
function modemOf(headers: FileHeaders, { fileName, modems }: FileOrigin): string {
  const header = headers.fields.get("Modem") ?? "";
  return modemOfName(fileName, modems) ?? (MODEM_NAME.test(header) ? header : "unknown");
}

/** A sender on one line: control characters become spaces. */
export function plainSender(from: string): string {
  return from.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
}
