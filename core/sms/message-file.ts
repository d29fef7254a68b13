import type { IncomingMessage } from "../model/message.ts";
import { isWhole } from "./file-body.ts";
import { commonFields, type FileOrigin } from "./file-fields.ts";
import { type FileHeaders, readHeaders } from "./file-headers.ts";
import { messageOfHeaders } from "./header-message.ts";
import { joinParts, messageOfParts } from "./join-parts.ts";
import { reportOf } from "./status-report.ts";

export interface MessageFileContext extends FileOrigin {
  /** SHA-256 as lower-case hex. */
  readonly hash: (data: string | Uint8Array) => string;
}

/**
 * What a file of smsd's `incoming` or `report` folder is. smsd creates it empty and writes it in place, in one or several
 * writes: `incomplete-file` says what is missing so far, and a message is `complete` by its content, or else once nothing has
 * changed for two seconds. An incomplete file that nobody has changed for that long is malformed, for the same reason.
 */
export type MessageFile =
  | { readonly kind: "message"; readonly message: IncomingMessage; readonly completeness: "complete" | "when-quiet" }
  | { readonly kind: "incomplete-file"; readonly why: string }
  | { readonly kind: "malformed"; readonly why: string };

/** More than 255 parts take with their PDUs. */
const LARGEST = 512 * 1024;

const ID_LENGTH = 32;

/** Reads a file of smsd. Whatever stands in it, there is a result; `why` has no number or text of the message. */
export function parseMessageFile(content: Uint8Array, context: MessageFileContext): MessageFile {
  if (content.length === 0) {
    return { kind: "incomplete-file", why: "the file is empty: smsd writes such files when the disk is full" };
  }
  if (content.length > LARGEST) {
    return { kind: "malformed", why: `the file has ${content.length} octets, more than any message of smsd` };
  }
  const headers = readHeaders(content);
  if (!headers) return { kind: "incomplete-file", why: "the file has no blank line that ends its header" };
  const body = content.subarray(headers.bodyAt);
  const message = messageOf(headers, body, content, context);
  if (typeof message === "string") return { kind: "malformed", why: message };
  const whole = isWhole(body, headers.fields);
  return { kind: "message", message, completeness: whole ? "complete" : "when-quiet" };
}

/** The message, or why there is none. */
function messageOf(
  headers: FileHeaders,
  body: Uint8Array,
  content: Uint8Array,
  context: MessageFileContext,
): IncomingMessage | string {
  const common = commonFields(headers, context);
  const identify = (data: string | Uint8Array) => context.hash(data).slice(0, ID_LENGTH);
  const idOfPdus = (pdus: readonly string[]) => identify([common.modem, ...pdus].join("\n"));
  const [line] = headers.pdus;
  if (line?.pdu.kind === "status-report") return { id: idOfPdus([line.hex]), ...common, ...reportOf(line.pdu) };
  const joined = joinParts(headers.pdus);
  if (joined) return { id: idOfPdus(joined.pdus), ...common, ...messageOfParts(joined) };
  if (headers.undecoded) return whyUndecoded(headers);
  return { id: identify(content), ...common, ...messageOfHeaders(headers, body) };
}

function whyUndecoded({ pdus }: FileHeaders): string {
  const faulty = pdus.find(({ pdu }) => pdu.kind === "malformed")?.pdu;
  return faulty?.kind === "malformed"
    ? faulty.why
    : "smsd could not decode the message, and its PDU is not in the file";
}
