/*
 * The line protocol of an AT port (3GPP TS 27.007 §4, V.250 §5.7): pure, byte by byte, the same for any chunking.
 * What comes is untrusted: another program's answers, noise, binary. Memory is bounded, control characters go.
 */

/** Longer lines are cut: a PDU of the longest message has 350 digits. */
export const MAX_LINE = 1_024;

const CR = 0x0d;
const LF = 0x0a;
const DELETE = 0x7f;

/** A line that has not ended yet. */
export interface PartialLine {
  readonly text: string;
  readonly full: boolean;
}

export const NO_LINE: PartialLine = { text: "", full: false };

/** `prompt` is the `> ` after which a modem waits for a message's text. */
export type AtItem = { readonly kind: "line"; readonly text: string } | { readonly kind: "prompt" };

/** Takes bytes in; gives the lines that they complete, blank ones left out, and what is left. */
export function readItems(
  partial: PartialLine,
  bytes: Uint8Array,
): { readonly items: readonly AtItem[]; readonly partial: PartialLine } {
  const items: AtItem[] = [];
  let { text, full } = partial;
  for (const byte of bytes) {
    if (byte === CR || byte === LF) {
      const line = text.trim();
      if (line !== "") items.push({ kind: "line", text: line });
      text = "";
      full = false;
    } else if (full || byte < 0x20 || byte === DELETE) {
      // Too much, or what no line has.
    } else {
      text += String.fromCharCode(byte);
      full = text.length >= MAX_LINE;
      if (text === "> ") {
        items.push({ kind: "prompt" });
        text = "";
      }
    }
  }
  return { items, partial: { text, full } };
}

/** How an answer ends. */
export interface FinalResult {
  readonly ok: boolean;
  /** The line itself: `OK`, `ERROR`, `+CME ERROR: 10`. */
  readonly text: string;
}

/** V.250's final result codes, 27.007's and 27.005's errors, and what Huawei adds. */
const FAILURES =
  /^(ERROR|NO CARRIER|NO DIALTONE|NO ANSWER|BUSY|COMMAND NOT SUPPORT|TOO MANY PARAMETERS|\+CM[ES] ERROR:.*)$/;
const SUCCESSES = /^(OK|CONNECT( .*)?)$/;

export function finalResult(line: string): FinalResult | undefined {
  if (SUCCESSES.test(line)) return { ok: true, text: line };
  return FAILURES.test(line) ? { ok: false, text: line } : undefined;
}

/** What a line is while `command` waits for its answer. */
export type LineRole = "echo" | "final" | "answer" | "unsolicited";

export function roleOf(line: string, command: string): LineRole {
  if (finalResult(line)) return "final";
  if (isEcho(line, command)) return "echo";
  const name = /^[+^*#%!$][A-Z0-9]+(?=[:=]|$)/i.exec(line)?.[0];
  if (name !== undefined && nameOf(command).toUpperCase() === name.toUpperCase()) return "answer";
  return isAnnouncement(line) ? "unsolicited" : "answer";
}

/** No answer begins like an extended command; another reader's command may be echoed as well. */
function isEcho(line: string, command: string): boolean {
  return line.toUpperCase() === command.trim().toUpperCase() || /^AT([+^*#%!$&].*)?$/i.test(line);
}

/** `+CSQ` of `AT+CSQ`, `+CPMS` of `AT+CPMS?`; empty for basic commands. */
export function nameOf(command: string): string {
  return /^\s*AT([+^*#%!$][A-Z0-9]+)/i.exec(command)?.[1] ?? "";
}

/** Lines that modems print on their own: 27.007, 27.005, and what SIMCom, Quectel, Huawei and u-blox add. */
const ANNOUNCEMENTS = [
  /^(RING|NO CARRIER|RDY|SMS DONE|PB DONE|SMS READY|CALL READY|START|POWERED DOWN|NORMAL POWER DOWN|VOICE CALL:.*|MISSED_CALL:.*)$/i,
  /^\+(CMTI|CMT|CDSI|CDS|CBM|CBMI|CRING|CLIP|CCWA|CUSD|CSSI|CSSU|CREG|CGREG|CEREG|C5GREG|CGEV|CPIN|CTZV|CTZE|CTZDST|CIEV|CFUN|SIMCARD|SIM|STIN|NITZ|CNSMOD|SIMEI|CIREPH|CPAS|UUSIMSTAT)[:=]/i,
  /^\+Q(IND|USIM|PSTR|STK|SIMSTAT|NETDEVSTATUS|IURC|CSQ|JDR)\b/i,
  /^\^(RSSI|HCSQ|MODE|BOOT|SRVST|SIMST|STIN|CEND|CONF|ORIG|CONN|DSFLOWRPT|NDISSTAT|CERSSI|SMMEMFULL|NWTIME)\b/i,
  /^\*(PSUTTZ|PSNWID|PSREFSTAT|ISIMAID)\b/i,
  /^DST:/i,
];

export function isAnnouncement(line: string): boolean {
  return ANNOUNCEMENTS.some((pattern) => pattern.test(line));
}

/** A message or a report has been stored: time to read it. */
export function announcesMessage(line: string): boolean {
  return /^\+(CMTI|CDSI):/i.test(line);
}

/** These are followed by a line with a message's text, which is neither an answer nor for anyone's eyes. */
export function announcesText(line: string): boolean {
  return /^\+(CMT|CDS|CBM):/i.test(line);
}
