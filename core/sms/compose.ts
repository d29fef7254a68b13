import { ModemkeeperError } from "../errors.ts";
import { septetsOf } from "./gsm7.ts";
import { checkNumber } from "./number.ts";
import { encodeUtf16be } from "./utf16.ts";

/** One SMS to be sent. smsd can choose a modem by its queues only, which we do not configure: whichever is free sends it. */
export interface Outgoing {
  /** As people write numbers. */
  readonly to: string;
  readonly text: string;
  /** To be shown at once and not kept. */
  readonly flash?: boolean;
  /** The network is to say what became of it. */
  readonly report?: boolean;
  /** Before everything else that waits. */
  readonly urgent?: boolean;
}

/** What smsd's outgoing file must hold. */
export interface Composed {
  /** One character for each octet (Latin-1). */
  readonly content: string;
  /** `+` and digits, or a short code. */
  readonly to: string;
  readonly alphabet: "gsm7" | "ucs2";
  /** SMS that it takes. */
  readonly parts: number;
}

/** Characters of a message and of each part of a long one (3GPP TS 23.038, 4, and 23.040, 9.2.3.24.1). */
const ROOM = { gsm7: { whole: 160, part: 153 }, ucs2: { whole: 70, part: 67 } } as const;

const MOST_PARTS = 255;

/** smsd 3.1.21 reads no more octets of a text. */
const MOST_OCTETS = 39_000;

/**
 * smsd 3.1.21 drops characters outside GSM-7 from an ISO file and ends a UTF-8 file at the first emoji, so such a text goes out
 * as UCS-2, which it sends unchanged.
 * @throws ModemkeeperError usage if the number or the text cannot be sent; repeats neither
 */
export function compose({ to, text, flash, report, urgent }: Outgoing): Composed {
  const destination = checkNumber(to);
  const message = plainText(text);
  const septets = sendableSeptets(message);
  const alphabet = septets === undefined ? "ucs2" : "gsm7";
  const parts = partsOf(septets ?? message.length, ROOM[alphabet]);
  const body = alphabet === "ucs2" ? encodeUtf16be(message) : Buffer.from(message, "utf8");
  if (parts > MOST_PARTS || body.length > MOST_OCTETS) throw tooLong(parts);
  const headers = [
    `To: ${destination.header}`,
    `Alphabet: ${alphabet === "ucs2" ? "UCS2" : "UTF-8"}`,
    ...(flash === true ? ["Flash: yes"] : []),
    // Without the line smsd.conf decides.
    ...(report === undefined ? [] : [`Report: ${report ? "yes" : "no"}`]),
    ...(urgent === true ? ["Priority: high"] : []),
  ];
  return {
    content: `${headers.join("\n")}\n\n${body.toString("latin1")}`,
    to: destination.number,
    alphabet,
    parts,
  };
}

function plainText(text: string): string {
  if (text.includes("\0")) {
    throw new ModemkeeperError("usage", "the text has a NUL character", {
      why: "phones show nothing of what follows it",
    });
  }
  const plain = text.replace(/\r\n?/g, "\n").replace(/\p{Surrogate}/gu, "\ufffd");
  if (plain === "")
    throw new ModemkeeperError("usage", "the text is empty", { why: "smsd rejects a message without text" });
  return plain;
}

/**
 * Septets, or undefined if smsd would not send the text as it is: with a character that GSM-7 has not, with `¤`, which smsd takes
 * for `€` (ISO-8859-15), or with a character of the extension table where it cuts the text: it cuts between the escape and
 * the character (measured), and phones show `e` for `€`.
 */
function sendableSeptets(text: string): number | undefined {
  let count = 0;
  let split = false;
  for (const char of text) {
    const cost = char === "¤" ? undefined : septetsOf(char);
    if (cost === undefined) return undefined;
    split ||= cost === 2 && count % ROOM.gsm7.part === ROOM.gsm7.part - 1;
    count += cost;
  }
  return split && count > ROOM.gsm7.whole ? undefined : count;
}

function partsOf(size: number, { whole, part }: (typeof ROOM)[keyof typeof ROOM]): number {
  return size <= whole ? 1 : Math.ceil(size / part);
}

function tooLong(parts: number): ModemkeeperError {
  return new ModemkeeperError("usage", `the text is too long: it would take ${parts} SMS`, {
    why: `a message has at most ${MOST_PARTS} parts, and smsd reads at most ${MOST_OCTETS} octets of its text`,
    fix: "send less, or several messages",
  });
}
