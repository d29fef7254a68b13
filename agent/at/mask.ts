/*
 * What may be written down of what is said to a modem: never a PIN, a password, a phone number or a text.
 */

export const HIDDEN = "•";

/** Commands whose argument is a secret, a number or a text: 27.007, 27.005 and the vendors' own PIN commands. */
const PRIVATE =
  /\+(CPIN2?|CPWD|CLCK|EPIN|QPINC|SPIC|CMGS|CMGW|CMGC|CMSS|CUSD|CPBW|CPBF|CSCA|CCFC|CLIP|CNUM|CGAUTH|QICSGP|CRSM|CSIM)=|\^CPIN=|^ATD|^AT\*?D/i;

/** A command as it may be logged. */
export function maskCommand(command: string): string {
  const private_ = PRIVATE.exec(command);
  if (!private_) return maskDigits(command);
  // AT+CPIN? and AT+CPIN=? tell nothing.
  const head = command.slice(0, private_.index + private_[0].length);
  const rest = command.slice(head.length);
  return rest === "?" ? command : `${head}${HIDDEN}`;
}

/** Hides what may be a phone number, an IMEI, an IMSI, or a PDU: digits of five or more, twelve hexadecimal ones or more. */
export function maskDigits(text: string): string {
  return text.replace(/\b[0-9a-f]{12,}\b|\+?\d{5,}/gi, HIDDEN);
}

/** An IMEI or IMSI of which enough is left to tell two apart, and too little to misuse: `8612…0123`. */
export function maskIdentity(digits: string): string {
  return digits.length < 12 ? HIDDEN : `${digits.slice(0, 4)}…${digits.slice(-4)}`;
}
