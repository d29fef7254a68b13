import type { Alphabet, IncomingMessage } from "../model/message.ts";
import { plainSender } from "./file-fields.ts";
import type { PduLine } from "./file-headers.ts";
import { decodeSeptets, endsInEscape } from "./gsm7.ts";
import { languageTables } from "./gsm7-languages.ts";
import type { Deliver } from "./pdu.ts";
import { decodeUtf16be } from "./utf16.ts";

export interface JoinedMessage {
  /** The part with the lowest number. */
  readonly first: Deliver;
  /** In the order of the parts, none twice. */
  readonly pdus: readonly string[];
  readonly parts: IncomingMessage["parts"];
  readonly alphabet: Alphabet;
  /** Absent where the content is not text. */
  readonly text?: string;
  readonly data?: Uint8Array;
}

interface Part {
  readonly hex: string;
  readonly pdu: Deliver;
  /** From 1. */
  readonly number: number;
}

/** What the PDUs say; the rest stands in smsd's headers. */
export function messageOfParts(
  joined: JoinedMessage,
): Omit<IncomingMessage, "id" | "modem" | "receivedAt" | "incomplete" | "imsi"> {
  const { first, parts, alphabet, text, data } = joined;
  return {
    kind: "message",
    basis: "pdu",
    from: plainSender(first.from),
    alphabet,
    ...(text !== undefined && { text }),
    ...(data !== undefined && { data: Buffer.from(data).toString("base64") }),
    ...(first.sentAt !== undefined && { sentAt: first.sentAt }),
    parts,
    flash: first.flash,
    ...(first.header && { udh: first.header.hex }),
  };
}

/** Puts one message together; undefined if the PDUs are not all parts of one. */
export function joinParts(lines: readonly PduLine[]): JoinedMessage | undefined {
  const all = lines.flatMap(({ hex, pdu }) =>
    pdu.kind === "deliver" ? [{ hex, pdu, number: pdu.header?.concatenation?.part ?? 1 }] : [],
  );
  const parts = all
    .filter(({ number }, index) => all.findIndex((other) => other.number === number) === index)
    .toSorted((a, b) => a.number - b.number);
  const [first] = parts;
  if (!first || all.length < lines.length || !all.every(({ pdu }) => belong(pdu, first.pdu))) return undefined;
  const total = first.pdu.header?.concatenation?.total ?? 1;
  return {
    first: first.pdu,
    pdus: parts.map(({ hex }) => hex),
    parts: {
      received: parts.length,
      total,
      ...(parts.length < total && { numbers: parts.map(({ number }) => number) }),
    },
    ...contentOf(parts),
  };
}

function belong(part: Deliver, first: Deliver): boolean {
  const [one, other] = [part.header?.concatenation, first.header?.concatenation];
  return part.from === first.from && one?.reference === other?.reference && one?.total === other?.total;
}

function contentOf(parts: readonly Part[]): Pick<JoinedMessage, "alphabet" | "text" | "data"> {
  if (parts.some(({ pdu }) => pdu.alphabet === "binary")) {
    return { alphabet: "binary", data: Buffer.concat(parts.map(({ pdu }) => Uint8Array.from(pdu.content))) };
  }
  const text = runsOf(parts).map(textOf).join("");
  return { alphabet: parts.some(({ pdu }) => pdu.alphabet === "ucs2") ? "ucs2" : "gsm7", text };
}

/** A character cut in two by its sender can only be joined where no part is missing in between. */
function runsOf(parts: readonly Part[]): Part[][] {
  const runs: Part[][] = [];
  for (const part of parts) {
    const last = runs.at(-1)?.at(-1);
    if (last && last.number + 1 === part.number && last.pdu.alphabet === part.pdu.alphabet) runs.at(-1)?.push(part);
    else runs.push([part]);
  }
  return runs;
}

function textOf(run: readonly Part[]): string {
  if (run[0]?.pdu.alphabet === "ucs2") {
    return decodeUtf16be(Buffer.concat(run.map(({ pdu }) => Uint8Array.from(pdu.content))));
  }
  let text = "";
  let carried: readonly number[] = [];
  for (const { pdu } of run) {
    const septets = [...carried, ...pdu.content];
    carried = endsInEscape(septets) ? septets.splice(-1) : [];
    text += decodeSeptets(septets, languageTables(pdu.header?.lockingShift, pdu.header?.singleShift));
  }
  return text;
}
