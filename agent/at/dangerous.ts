/** Why a command is not sent just like that; undefined for one that does no harm. */
export interface Danger {
  /** One sentence. */
  readonly why: string;
  /** True where not even `--force` helps. */
  readonly never: boolean;
}

const DANGERS: readonly (readonly [RegExp, Danger])[] = [
  [
    /\+(CMGS|CMGW|CMGC|CNMA)=/i,
    { why: "it waits for a text that cannot be typed here; `modemkeeper sms send` sends messages", never: true },
  ],
  [/[+^](CPIN2?|CLCK|CPWD|EPIN|QPINC|CSIM|CRSM)=(?!\?)/i, { why: "three wrong PINs lock the SIM", never: false }],
  [
    /(\+(CRESET|CREBOOT|CPOF|CPOWD|QPOWD|CFUN=(?!\?))|\^RESET|!RESET|#REBOOT)/i,
    {
      why: "it restarts or switches off the modem under smsd; `modemkeeper modem reset` does it in good order",
      never: false,
    },
  ],
  [/\+CMGD=(?!\?)/i, { why: "it deletes messages that smsd may not have read", never: false }],
  [/\+COPS=(?!\?)/i, { why: "it may take the modem off its network", never: false }],
  [
    /(\+(CUSBPIDSWITCH|QPRTPARA|CGDCONT|QNVW|QNVFW)=(?!\?)|\+QCFG="(usbnet|usbcfg)",|&F|\^SETPORT=(?!\?))/i,
    { why: "it changes what the modem keeps for good; a wrong value has removed all ports of modems", never: false },
  ],
  [/^ATD/i, { why: "it calls a number", never: false }],
];

/** Judges a command line, each command of a chain (`AT+CSQ;+CRESET`) included. */
export function dangerOf(command: string, resetCommand: string): Danger | undefined {
  const found = DANGERS.find(([pattern]) => pattern.test(command))?.[1];
  if (found) return found;
  const reset = resetCommand.replace(/^AT/i, "").toUpperCase();
  if (reset === "" || !command.toUpperCase().includes(reset)) return undefined;
  return { why: "it restarts the modem under smsd; `modemkeeper modem reset` does it in good order", never: false };
}
